/* SPDX-License-Identifier: MIT */
/*
 * check - what a test program says: every check names its place, the first wrong one ends
 * the program with status 1.
 *
 *	int main(void) { RUN(test_late_vote_is_refused); return check_done(); }
 */
#ifndef PLENARY_CHECK_H
#define PLENARY_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_count;

#define CHECK(claim) \
	do { \
		check_count++; \
		if (!(claim)) { \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, \
				#claim); \
			exit(1); \
		} \
	} while (0)

#define CHECK_INT(expected, actual) \
	do { \
		const long long want_ = (long long)(expected), \
				have_ = (long long)(actual); \
		check_count++; \
		if (want_ != have_) { \
			fprintf(stderr, "%s:%d: %s is %lld, expected %lld\n", __FILE__, \
				__LINE__, #actual, have_, want_); \
			exit(1); \
		} \
	} while (0)

#define CHECK_TEXT(expected, actual) \
	do { \
		const char *const want_ = (expected), *const have_ = (actual); \
		check_count++; \
		if (have_ == NULL || strcmp(want_, have_) != 0) { \
			fprintf(stderr, "%s:%d: %s is\n%s\nexpected\n%s\n", __FILE__, \
				__LINE__, #actual, have_ ? have_ : "(null)", want_); \
			exit(1); \
		} \
	} while (0)

#define RUN(test) \
	do { \
		fprintf(stderr, "  %s\n", #test); \
		test(); \
	} while (0)

static inline int check_done(void)
{
	fprintf(stderr, "%d checks\n", check_count);
	return 0;
}

#endif
