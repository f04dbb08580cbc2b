/* SPDX-License-Identifier: MIT */
/* What a person sees of `plenary lint` and `plenary check-config`, and the exit status. */
#include "tests/check.h"

#include "commands/commands.h"
#include "daemon/common/text.h"
#include "tests/settings/folder.h"
#include "tests/wire/credential.h"

struct said {
	int status;
	char out[8192], err[2048];
};

typedef int command_fn(int argc, char **argv);

static void read_back(FILE *file, char *text, size_t bytes)
{
	rewind(file);
	text[fread(text, 1, bytes - 1, file)] = '\0';
	fclose(file);
}

/* Runs the command with standard output and error going to files, as a shell would. */
static struct said run(command_fn *command, const char *const *words)
{
	struct said said;
	FILE *out = tmpfile(), *err = tmpfile();
	const int kept_out = dup(1), kept_err = dup(2);
	char *argv[8] = { NULL }, *given[8];
	int argc = 0;

	for (; words[argc] != NULL; argc++)
		argv[argc] = memory_string(words[argc]);
	memcpy(given, argv, sizeof(argv)); /* getopt puts them in another order */
	fflush(stdout);
	dup2(fileno(out), 1);
	dup2(fileno(err), 2);
	said.status = command(argc, given);
	fflush(stdout);
	dup2(kept_out, 1);
	dup2(kept_err, 2);
	close(kept_out);
	close(kept_err);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	read_back(out, said.out, sizeof(said.out));
	read_back(err, said.err, sizeof(said.err));
	return said;
}

#define LINT(...) run(command_lint, (const char *const[]){ "lint", __VA_ARGS__, NULL })
#define CONFIG(...) \
	run(command_check_config, \
	    (const char *const[]){ "check-config", __VA_ARGS__, NULL })

static void test_lint_prints_every_module(void)
{
	const struct said said = LINT("config/programmes/leep.yaml");

	CHECK_INT(0, said.status);
	CHECK_TEXT("", said.err);
	for (int number = 1; number <= 4; number++) {
		char title[32];

		snprintf(title, sizeof(title), "Module %d: ", number);
		CHECK(strstr(said.out, title) != NULL);
	}
}

static void test_lint_prints_one_module_at_its_time(void)
{
	const struct said said =
		LINT("--start", "13:30", "config/programmes/leep.yaml", "--module=1");

	CHECK_INT(0, said.status);
	CHECK(strstr(said.out, "Module 2") == NULL);
	CHECK(strstr(said.out, "\n13:30    5  admin ") != NULL);
	CHECK(strstr(said.out, "\n15:10   15  break ") != NULL);
	CHECK(strstr(said.out,
		     "\n17:00       end; 3 h 30 min, of which creditable 180 min "
		     "(3 h); 19 blocks, 4 rounds, 19 polls\n") != NULL);
}

static void test_lint_says_where(void)
{
	static const char text[] = "id: p\ntitle: P\nmodules:\n"
				   "- {number: 1, title: T, outcome: [A],\n"
				   "   blocks: [{kind: admin, title: B, minutes: 5}]}\n";
	const struct folder folder = folder_create();
	char path[128], expected[512];

	folder_write(&folder, "p.yaml", text, strlen(text), 0644);
	const struct said said = LINT(folder_file(&folder, "p.yaml", path));
	snprintf(expected, sizeof(expected),
		 "%s:4:3: warning: no `outcomes`: certificates and evaluation name them\n"
		 "%s:4:25: error: unknown key `outcome` (did you mean `outcomes`?)\n",
		 path, path);
	CHECK_TEXT(expected, said.err);
	CHECK_TEXT("", said.out);
	CHECK_INT(1, said.status);
	folder_remove(&folder, (const char *[]){ "p.yaml", NULL });
}

static void test_lint_arguments(void)
{
	CHECK_INT(2, run(command_lint, (const char *const[]){ "lint", NULL }).status);
	CHECK_INT(2, LINT("a", "b").status);
	CHECK_INT(2, LINT("a", "--module", "0").status);
	CHECK_INT(2, LINT("a", "--start", "25:00").status);
	CHECK_INT(2, LINT("a", "--colour").status);
	CHECK_INT(1, LINT("/nonexistent.yaml").status);
	CHECK_INT(1, LINT("config/programmes/leep.yaml", "--module", "5").status);
}

static void test_check_config(void)
{
	static const char text[] = "data_dir: .\nevents: {secret_file: ./secret}\n";
	const struct folder folder = folder_create();
	char path[128], expected[512];

	folder_write(&folder, "c.yaml", text, strlen(text), 0644);
	folder_write(&folder, "secret", "hunter2\n", 8, 0600);
	const char *file = folder_file(&folder, "c.yaml", path);
	struct said said = CONFIG(file);
	CHECK_TEXT("", said.err);
	CHECK_INT(0, said.status);
	snprintf(expected, sizeof(expected), "\n  secret_file: \"%s/./secret\"\n",
		 folder.path);
	CHECK(strstr(said.out, expected) != NULL);
	CHECK(strstr(said.out, "hunter2") == NULL);

	folder_write(&folder, "secret", "hunter2\n", 8, 0644);
	said = CONFIG(file);
	CHECK_INT(1, said.status);
	snprintf(expected, sizeof(expected),
		 "%s: error: %s/./secret: others may use the file: chmod o-rwx\n", path,
		 folder.path);
	CHECK_TEXT(expected, said.err);
	folder_remove(&folder, (const char *[]){ "c.yaml", "secret", NULL });
}

static void test_check_config_arguments(void)
{
	CHECK_INT(2,
		  run(command_check_config, (const char *const[]){ "check-config", NULL })
			  .status);
	CHECK_INT(2, CONFIG("--file").status);
	CHECK_INT(2, CONFIG("a", "b").status);
	CHECK_INT(1, CONFIG("/nonexistent.yaml").status);
}

static void check_pair(const struct folder *folder, const char *certificate,
		       const char *key, int status, const char *words)
{
	struct text text = { 0 };
	char path[128];

	text_addf(&text,
		  "data_dir: .\nbot:\n  app_id: 11112222-3333-4444-5555-666677778888\n"
		  "  tenant_id: 99990000-aaaa-bbbb-cccc-ddddeeeeffff\n"
		  "  certificate: %s\n  key: %s\n",
		  certificate, key);
	folder_write(folder, "plenary.yaml", text_string(&text), text.length, 0644);
	const struct said said = CONFIG(folder_file(folder, "plenary.yaml", path));

	CHECK_INT(status, said.status);
	CHECK(strstr(said.err, words) != NULL);
	text_finish(&text);
}

/* A pair that proves nothing is found here, not at nine o'clock. */
static void test_check_config_tries_the_certificate(void)
{
	const struct folder folder = folder_create();
	struct credential_files good, late;

	credential_make(&good, 2048, -60, 3600);
	credential_make(&late, 2048, -7200, -3600);
	check_pair(&folder, good.certificate, good.key, 0, "");
	check_pair(&folder, good.certificate, late.key, 1, "does not belong");
	check_pair(&folder, late.certificate, late.key, 1, "expired");
	check_pair(&folder, good.certificate, "/nonexistent", 1, "No such file");
	credential_remove(&good);
	credential_remove(&late);
	folder_remove(&folder, (const char *[]){ "plenary.yaml", NULL });
}

int main(void)
{
	RUN(test_lint_prints_every_module);
	RUN(test_lint_prints_one_module_at_its_time);
	RUN(test_lint_says_where);
	RUN(test_lint_arguments);
	RUN(test_check_config);
	RUN(test_check_config_arguments);
	RUN(test_check_config_tries_the_certificate);
	return check_done();
}
