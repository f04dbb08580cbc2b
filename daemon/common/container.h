/* SPDX-License-Identifier: MIT */
/*
 * container - from an embedded handle back to what holds it.
 */
#ifndef PLENARY_CONTAINER_H
#define PLENARY_CONTAINER_H

#include <stddef.h>

#define container_of(pointer, type, member) \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
