/* SPDX-License-Identifier: MIT */
#include "daemon/common/log.h"
#include "tests/check.h"

static void test_so_many_a_minute(void)
{
	struct log_quota quota = { 0 };
	const int64_t at_ms = 1000 * (int64_t)LOG_QUOTA_MS;
	uint64_t left_out = 99;

	for (int i = 0; i < LOG_QUOTA_LINES; i++) {
		CHECK(log_may(&quota, at_ms + i, &left_out));
		CHECK_INT(0, left_out);
	}
	for (int i = 0; i < 9990; i++)
		CHECK(!log_may(&quota, at_ms + LOG_QUOTA_MS - 1, &left_out));
	CHECK(log_may(&quota, at_ms + LOG_QUOTA_MS, &left_out));
	CHECK_INT(9990, left_out);
	CHECK(log_may(&quota, at_ms + LOG_QUOTA_MS, &left_out));
	CHECK_INT(0, left_out);
}

static void test_a_clock_that_goes_back(void)
{
	struct log_quota quota = { 0 };
	const int64_t at_ms = 1000 * (int64_t)LOG_QUOTA_MS;
	uint64_t left_out;

	while (log_may(&quota, at_ms, &left_out))
		;
	CHECK(log_may(&quota, at_ms - LOG_QUOTA_MS, &left_out));
	CHECK_INT(1, left_out);
}

int main(void)
{
	RUN(test_so_many_a_minute);
	RUN(test_a_clock_that_goes_back);
	return check_done();
}
