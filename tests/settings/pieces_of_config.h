/* SPDX-License-Identifier: MIT */
/* pieces_of_config - sections that are whole, to be spoiled. */
#ifndef PLENARY_TESTS_PIECES_OF_CONFIG_H
#define PLENARY_TESTS_PIECES_OF_CONFIG_H

#define BOT \
	"bot:\n" \
	"  app_id: 11112222-3333-4444-5555-666677778888\n" \
	"  tenant_id: 99990000-aaaa-bbbb-cccc-ddddeeeeffff\n" \
	"  secret_file: credential:bot\n"

#define PAGES \
	"  website: https://example.test\n" \
	"  privacy: https://example.test/privacy\n" \
	"  terms: https://example.test/terms\n"

#endif
