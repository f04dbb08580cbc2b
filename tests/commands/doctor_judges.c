/* SPDX-License-Identifier: MIT */
/* What no test can wait for: a full disk, a certificate about to end. */
#include "commands/doctor_checks.h"
#include "tests/check.h"

enum { MIB = 1024 * 1024, DAY_MS = 24 * 3600 * 1000 };

static void judged(struct finding finding, enum finding_state state, const char *words)
{
	fprintf(stderr, "    %s: %s\n", finding_state_words(finding.state),
		text_string(&finding.words));
	CHECK_INT(state, finding.state);
	CHECK(strstr(text_string(&finding.words), words) != NULL);
	CHECK((state == FINDING_OK) == (finding.remedy.length == 0));
	finding_finish(&finding);
}

static void test_disk(void)
{
	judged(doctor_disk_judge("/d", 0), FINDING_FAILED, "only 0 MiB");
	judged(doctor_disk_judge("/d", 199ull * MIB), FINDING_FAILED, "only 199 MiB");
	judged(doctor_disk_judge("/d", 200ull * MIB), FINDING_WARNING, "only 200 MiB");
	judged(doctor_disk_judge("/d", 2047ull * MIB), FINDING_WARNING, "only 2047 MiB");
	judged(doctor_disk_judge("/d", 2048ull * MIB), FINDING_OK, "2048 MiB are free");
}

static void test_certificate(void)
{
	judged(doctor_certificate_judge("h", 5 * 3600 * 1000), FINDING_FAILED,
	       "in 5 hours");
	judged(doctor_certificate_judge("h", 3 * (int64_t)DAY_MS - 1), FINDING_FAILED,
	       "in 71 hours");
	judged(doctor_certificate_judge("h", 3 * (int64_t)DAY_MS), FINDING_WARNING,
	       "in 3 days");
	judged(doctor_certificate_judge("h", 21 * (int64_t)DAY_MS - 1), FINDING_WARNING,
	       "in 20 days");
	judged(doctor_certificate_judge("h", 21 * (int64_t)DAY_MS), FINDING_OK,
	       "good for 21 days");
}

int main(void)
{
	RUN(test_disk);
	RUN(test_certificate);
	return check_done();
}
