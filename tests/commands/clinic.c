/* SPDX-License-Identifier: MIT */
#include "tests/commands/clinic.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/commands/run.h"

struct house house;
struct tenant tenant;
struct text said;
int port;

/* -- the house -------------------------------------------------------------------------------- */

static void make_pair(const char *names, long from_s, long to_s)
{
	EVP_PKEY *const key = EVP_EC_gen("P-256");
	X509 *const made = X509_new();
	X509_EXTENSION *const extensions[] = {
		X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names),
		X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints,
				    "critical,CA:TRUE"),
	};

	X509_set_version(made, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(made), 7);
	X509_gmtime_adj(X509_getm_notBefore(made), from_s);
	X509_gmtime_adj(X509_getm_notAfter(made), to_s);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
				   (const unsigned char *)"plenary test", -1, -1, 0);
	X509_set_issuer_name(made, X509_get_subject_name(made));
	X509_set_pubkey(made, key);
	for (size_t i = 0; i < 2; i++) {
		X509_add_ext(made, extensions[i], -1);
		X509_EXTENSION_free(extensions[i]);
	}
	CHECK(X509_sign(made, key, EVP_sha256()) > 0);
	FILE *file = fopen(house_path(&house, "tls.crt"), "w");
	CHECK(file != NULL && PEM_write_X509(file, made) == 1 && fclose(file) == 0);
	file = fopen(house_path(&house, "tls.key"), "w");
	CHECK(file != NULL &&
	      PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
	      fclose(file) == 0);
	X509_free(made);
	EVP_PKEY_free(key);
}

int free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t bytes = sizeof(address);

	CHECK_INT(0, bind(fd, (struct sockaddr *)&address, bytes));
	CHECK_INT(0, getsockname(fd, (struct sockaddr *)&address, &bytes));
	close(fd);
	return ntohs(address.sin_port);
}

void write_config(const struct plan *plan)
{
	struct text text = { 0 };

	text_addf(&text,
		  "data_dir: ./%s\nlisten:\n  - {address: \"127.0.0.1:0\", tls: false}\n"
		  "  - {address: \"127.0.0.1:%d\", tls: true}\n"
		  "tls: {certificate: ./tls.crt, key: ./tls.key}\nca_file: ./%s\n"
		  "allow_loopback_peers: true\nevents: {secret_file: ./events-secret}\n"
		  "live: {key_file: ./live-key}\n",
		  plan->data, port, plan->ca);
	if (plan->public_url != NULL)
		text_addf(&text, "public_url: %s\n", plan->public_url);
	else
		text_addf(&text, "public_url: https://localhost:%d\n", port);
	text_addf(
		&text,
		"bot:\n  app_id: " OUTSIDE_APP "\n  tenant_id: " OUTSIDE_TENANT "\n"
		"  secret_file: ./secret\n  metadata_url: http://127.0.0.1:%d/metadata\n"
		"  token_url: http://127.0.0.1:%d/token\n"
		"graph:\n  base_url: http://127.0.0.1:%d/graph\n"
		"  token_url: http://127.0.0.1:%d/token\n",
		plan->peers, plan->peers, plan->peers, plan->peers);
	house_write(&house, plan->name, text_string(&text));
	text_finish(&text);
}

void write_usual(void)
{
	write_config(&(const struct plan){ "doctor.yaml", "data", "tls.crt", NULL,
					   tenant.port });
}

void restart(const char *names, long from_s, long to_s)
{
	if (house.pid > 0) {
		house_signal(&house, SIGTERM);
		CHECK_INT(0, house_wait(&house));
	}
	make_pair(names, from_s, to_s);
	house_start(&house);
}

/* -- the doctor -------------------------------------------------------------------------------- */

struct json_t *last;

int examine(const char *more)
{
	char me[16];

	/* Also where there is a user `plenary` and root runs the tests. */
	snprintf(me, sizeof(me), "%u", (unsigned)geteuid());
	return examine_for(geteuid() == 0 ? me : NULL, more);
}

int examine_for(const char *user, const char *more)
{
	char path[HOUSE_BYTES];
	const char *words[] = { "doctor", path, "--json", NULL, NULL, NULL, NULL };
	int count = 3;

	if (user != NULL) {
		words[count++] = "--user";
		words[count++] = user;
	}
	words[count] = more;
	snprintf(path, sizeof(path), "%s", house_path(&house, "doctor.yaml"));
	json_decref(last);
	const int status = run_program(words, &said);
	last = json_loads(text_string(&said), JSON_REJECT_DUPLICATES, NULL);
	if (last == NULL)
		fprintf(stderr, "%s\n", text_string(&said));
	CHECK(json_is_object(last));
	CHECK(strstr(text_string(&said), SECRET) == NULL);
	CHECK(strstr(text_string(&said), HOUSE_SECRET) == NULL);
	CHECK(strstr(text_string(&said), HOUSE_KEY) == NULL);
	CHECK(strstr(text_string(&said), "eyJ") == NULL);     /* how every token begins */
	CHECK(strstr(text_string(&said), "/l/main") == NULL); /* nor a link to join */
	CHECK(strstr(text_string(&said), "Person 0") == NULL);
	return status;
}

static const char *part_of(const char *key, const char *part)
{
	const json_t *check;
	size_t i;

	json_array_foreach (json_object_get(last, "checks"), i, check) {
		if (strcmp(json_string_value(json_object_get(check, "key")), key) == 0)
			return json_string_value(json_object_get(check, part));
	}
	fprintf(stderr, "there is no check %s\n", key);
	exit(1);
}

void is(const char *key, const char *state, const char *words)
{
	if (strcmp(part_of(key, "state"), state) != 0 ||
	    strstr(part_of(key, "words"), words) == NULL)
		fprintf(stderr, "%s: %s: %s\n", key, part_of(key, "state"),
			part_of(key, "words"));
	CHECK_TEXT(state, part_of(key, "state"));
	CHECK(strstr(part_of(key, "words"), words) != NULL);
}

void advises(const char *key, const char *words)
{
	if (strstr(part_of(key, "remedy"), words) == NULL)
		fprintf(stderr, "%s: %s\n", key, part_of(key, "remedy"));
	CHECK(strstr(part_of(key, "remedy"), words) != NULL);
}

/* -- opening hours ----------------------------------------------------------------------------- */

void clinic_open(void)
{
	house_begin(&house);
	tenant_start(&tenant);
	port = free_port();
	write_config(&(const struct plan){ "plenary.yaml", "data", "tls.crt", NULL,
					   house.outside.port });
	write_usual();
	restart("DNS:localhost", -HOUR_S, 90L * DAY_S);
	house_schedule(&house, "leep-1");
}

void clinic_close(void)
{
	json_decref(last);
	text_finish(&said);
	tenant_stop(&tenant);
	house_end(&house);
}
