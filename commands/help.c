/* SPDX-License-Identifier: MIT */
#include "commands/help.h"

#include <stdio.h>
#include <string.h>

bool help_asked(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	}
	return false;
}

int help_print(const char *usage)
{
	fputs(usage, stdout);
	return 0;
}

int help_refuse(const char *usage)
{
	fputs(usage, stderr);
	return 2;
}
