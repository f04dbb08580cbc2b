/* SPDX-License-Identifier: MIT */
/*
 * Graph holds back from who answers late: a hundred items under keys of 4,096 bits are
 * acknowledged while not one of them can be opened, and everything arrives.
 */
#include "daemon/door/inbox.h"

#include "daemon/sessions.h"
#include "tests/check.h"
#include "tests/daemon/sealing.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

enum { ITEMS = 100, THREADS = 4, KEY_BITS = 4096 };

static struct world world;
static struct sealing sealing;

/* A key of the longest kind that Graph takes, younger than the one that was made. */
static void put_long_key(void)
{
	EVP_PKEY *const key = EVP_RSA_gen(KEY_BITS);
	X509 *const certificate = X509_new();
	char path[2 * WORLD_BYTES];

	CHECK(key != NULL && X509_set_pubkey(certificate, key) == 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
	snprintf(path, sizeof(path), "%s/data/graph-keys/long.pem", world.folder);
	FILE *const file = fopen(path, "w");
	CHECK(file != NULL);
	CHECK_INT(1, PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL));
	CHECK_INT(1, PEM_write_X509(file, certificate));
	fclose(file);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

/* While these wait, no other thread of the loop's can work. */
struct plug {
	uv_work_t work[THREADS];
	uv_sem_t in, out;
};

static void plugged(uv_work_t *work)
{
	struct plug *const plug = work->data;

	uv_sem_post(&plug->in);
	uv_sem_wait(&plug->out);
}

static void unplugged(uv_work_t *work, int status)
{
	(void)work, (void)status;
}

static void plug_in(struct plug *plug)
{
	CHECK_INT(0, uv_sem_init(&plug->in, 0));
	CHECK_INT(0, uv_sem_init(&plug->out, 0));
	for (int i = 0; i < THREADS; i++) {
		plug->work[i].data = plug;
		CHECK_INT(0,
			  uv_queue_work(world.loop, &plug->work[i], plugged, unplugged));
	}
	for (int i = 0; i < THREADS; i++)
		uv_sem_wait(&plug->in);
}

static void plug_out(struct plug *plug)
{
	for (int i = 0; i < THREADS; i++)
		uv_sem_post(&plug->out);
}

/* Person 01 comes and goes, second by second. */
static char *collection(int64_t began_ms, int items)
{
	char content[512], time[32];

	for (int i = 0; i < items; i++) {
		clock_iso(began_ms + i * 1000, time);
		snprintf(content, sizeof(content),
			 "{\"eventType\":\"rosterUpdated\",\"eventDateTime\":\"%s\","
			 "\"participants@delta\":[{\"id\":\"leg\",\"info\":{\"identity\":"
			 "{\"user\":{\"id\":\"00000000-0000-0000-0000-0000000000b1\"}}}"
			 "%s}]}",
			 time, i % 2 == 1 ? ",\"removedState\":{}" : "");
		sealing_item(&sealing, "sub-main", "state-main", WORLD_TENANT, content);
	}
	sealing_token(&sealing, 2, WORLD_TENANT, "{}");
	return sealing_collection(&sealing);
}

static void until_answered(uint64_t answers)
{
	while (world.plenary->door.graph.answers < answers) {
		uv_run(&sealing.outside, UV_RUN_NOWAIT);
		uv_run(world.loop, UV_RUN_NOWAIT);
	}
}

static void test_acknowledged_while_nothing_opens(void)
{
	const struct inbox_counts *counts;
	struct plug plug;

	world_begin(&world);
	const uint32_t session = sealing_begin(&sealing, &world);
	put_long_key();
	world_close(&world);
	world_open(&world, sealing.entra.port);
	CHECK_TEXT("long", envelopes_id(inbox_envelopes(world.plenary->inbox)));
	counts = inbox_count(world.plenary->inbox);

	const int64_t began_ms = clock_real_ms() - 3600 * 1000;
	char *const first = collection(began_ms, ITEMS);
	char *const second = collection(began_ms + ITEMS * 1000, 2);
	plug_in(&plug);
	sealing_tell(&sealing, first);
	until_answered(1);
	sealing_tell(&sealing, second);
	until_answered(2);
	CHECK_INT(ITEMS + 2, counts->items);
	CHECK_INT(0, counts->taken);
	CHECK_INT(2, counts->waiting);
	CHECK_INT(0, sessions_get(&world.plenary->sessions, session)->spans);

	plug_out(&plug);
	sealing_settle(&sealing);
	CHECK_INT(ITEMS + 2, counts->taken);
	CHECK_INT((ITEMS + 2) / 2,
		  sessions_get(&world.plenary->sessions, session)->spans);
	CHECK_INT(0, counts->waiting);
	fprintf(stderr, "    slowest answer %llu ms\n",
		(unsigned long long)world.plenary->door.graph.slowest_us / 1000);
	sealing_end(&sealing);
	uv_sem_destroy(&plug.in);
	uv_sem_destroy(&plug.out);
	free(first);
	free(second);
}

int main(void)
{
	RUN(test_acknowledged_while_nothing_opens);
	return check_done();
}
