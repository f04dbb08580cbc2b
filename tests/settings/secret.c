/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include <errno.h>

#include "daemon/settings/config.h"
#include "daemon/settings/secret.h"
#include "tests/settings/folder.h"

static struct folder folder;

static int secret_of(const char *name, struct text *secret)
{
	char path[128];

	text_clear(secret);
	return config_secret(folder_file(&folder, name, path), secret);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	folder_write(&folder, name, text, strlen(text), mode);
}

static void test_final_newline_goes(void)
{
	struct text secret = { 0 };

	write_file("one", "s3cret\n", 0600);
	CHECK_INT(0, secret_of("one", &secret));
	CHECK_TEXT("s3cret", text_string(&secret));
	write_file("two", "two words\n\n", 0640);
	CHECK_INT(0, secret_of("two", &secret));
	CHECK_TEXT("two words\n", text_string(&secret)); /* one newline, not all */
	write_file("three", "windows\r\n", 0400);
	CHECK_INT(0, secret_of("three", &secret));
	CHECK_TEXT("windows", text_string(&secret));
	text_finish(&secret);
}

static void test_others_must_not_reach_it(void)
{
	static const mode_t modes[] = { 0604, 0602, 0601, 0644 };
	struct text secret = { 0 };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		write_file("open", "s3cret\n", modes[i]);
		CHECK_INT(-EACCES, secret_of("open", &secret));
		CHECK_INT(0, secret.length);
	}
	text_finish(&secret);
}

static void test_sizes(void)
{
	struct text secret = { 0 };
	char bytes[CONFIG_SECRET_BYTES + 1];

	memset(bytes, 'x', sizeof(bytes));
	folder_write(&folder, "most", bytes, CONFIG_SECRET_BYTES, 0600);
	CHECK_INT(0, secret_of("most", &secret));
	CHECK_INT(CONFIG_SECRET_BYTES, secret.length);
	folder_write(&folder, "more", bytes, CONFIG_SECRET_BYTES + 1, 0600);
	CHECK_INT(-EMSGSIZE, secret_of("more", &secret));
	write_file("none", "\n", 0600);
	CHECK_INT(-ENODATA, secret_of("none", &secret));
	folder_write(&folder, "nul", "a\0b", 3, 0600);
	CHECK_INT(-EINVAL, secret_of("nul", &secret));
	CHECK_INT(0, secret.length);
	text_finish(&secret);
}

static void test_only_plain_files(void)
{
	struct text secret = { 0 };
	char path[128];

	CHECK_INT(-EINVAL, config_secret(folder.path, &secret));
	CHECK_INT(0, mkfifo(folder_file(&folder, "pipe", path), 0600));
	CHECK_INT(-EINVAL, config_secret(path, &secret)); /* and it does not wait */
	CHECK_INT(-ENOENT, secret_of("absent", &secret));
	CHECK_INT(-EINVAL, config_secret("relative", &secret));
	CHECK_INT(-EINVAL, config_secret("", &secret));
	text_finish(&secret);
}

static void test_credentials_of_systemd(void)
{
	struct text secret = { 0 };

	CHECK_INT(0, unsetenv("CREDENTIALS_DIRECTORY"));
	CHECK_INT(-ENOKEY, config_secret("credential:one", &secret));
	CHECK_INT(0, setenv("CREDENTIALS_DIRECTORY", folder.path, 1));
	CHECK_INT(0, config_secret("credential:one", &secret));
	CHECK_TEXT("s3cret", text_string(&secret));
	CHECK_INT(-ENOENT, config_secret("credential:absent", &secret));
	CHECK_INT(-EINVAL, config_secret("credential:", &secret));
	CHECK_INT(-EINVAL, config_secret("credential:../one", &secret));
	CHECK_INT(-EINVAL, config_secret("credential:..", &secret));
	text_finish(&secret);
}

static void test_problems_in_words(void)
{
	struct text words = { 0 };
	char path[128], expected[256];

	config_secret_problem("credential:one", -ENOKEY, &words);
	CHECK_TEXT("credential:one: systemd passed no credentials: LoadCredential= in "
		   "the unit",
		   text_string(&words));
	text_clear(&words);
	config_secret_problem(folder_file(&folder, "open", path), -EACCES, &words);
	snprintf(expected, sizeof(expected), "%s: others may use the file: chmod o-rwx",
		 path);
	CHECK_TEXT(expected, text_string(&words));
	text_clear(&words);
	config_secret_problem("/x", -ENOENT, &words);
	CHECK_TEXT("/x: No such file or directory", text_string(&words));
	text_finish(&words);
}

int main(void)
{
	static const char *const names[] = { "one",  "two",  "three", "open", "most",
					     "more", "none", "nul",   "pipe", NULL };

	folder = folder_create();
	RUN(test_final_newline_goes);
	RUN(test_others_must_not_reach_it);
	RUN(test_sizes);
	RUN(test_only_plain_files);
	RUN(test_credentials_of_systemd);
	RUN(test_problems_in_words);
	folder_remove(&folder, names);
	return check_done();
}
