/* SPDX-License-Identifier: MIT */
#include "tests/daemon/house.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/child.h"

static void moment(void)
{
	const struct timespec time = { .tv_nsec = 10 * 1000 * 1000 };

	nanosleep(&time, NULL);
}

const char *house_path(const struct house *house, const char *name)
{
	static char paths[4][HOUSE_BYTES];
	static unsigned next;
	char *const path = paths[next++ % 4];

	snprintf(path, HOUSE_BYTES, "%s/%s", house->folder, name);
	return path;
}

void house_write(const struct house *house, const char *name, const char *text)
{
	const char *const path = house_path(house, name);
	FILE *const file = fopen(path, "w");

	CHECK(file != NULL);
	CHECK(fputs(text, file) >= 0);
	CHECK_INT(0, fclose(file));
	CHECK_INT(0, chmod(path, 0600));
}

static char *file_of(const char *path)
{
	FILE *const file = fopen(path, "r");
	struct text text = { 0 };
	char bytes[4096];

	CHECK(file != NULL);
	for (size_t count = fread(bytes, 1, sizeof(bytes), file); count > 0;
	     count = fread(bytes, 1, sizeof(bytes), file))
		text_add(&text, bytes, count);
	fclose(file);
	text_add(&text, "", 0);
	return text.data;
}

char *house_log(const struct house *house)
{
	return file_of(house_path(house, "log"));
}

/* One that was free a moment ago: an address may be named only once. */
static int free_port(void)
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

static void write_config(struct house *house)
{
	const int port = house->outside.port;
	struct text text = { 0 };

	text_addf(&text,
		  "data_dir: ./data\nlisten:\n  - address: 127.0.0.1:0\n    tls: false\n"
		  "  - address: 127.0.0.1:%d\n    tls: true\n"
		  "public_url: https://plenary.example.test\n"
		  "allow_loopback_peers: true\n"
		  "events:\n  secret_file: ./events-secret\n"
		  "  jwt:\n    issuer: " HOUSE_ISSUER "\n    audience: " HOUSE_AUDIENCE
		  "\n"
		  "    metadata_url: http://127.0.0.1:%d/metadata\n"
		  "live:\n  key_file: ./live-key\n",
		  free_port(), port);
	text_addf(
		&text,
		"bot:\n  app_id: " OUTSIDE_APP "\n  tenant_id: " OUTSIDE_TENANT "\n"
		"  secret_file: ./secret\n  metadata_url: http://127.0.0.1:%d/metadata\n"
		"  token_url: http://127.0.0.1:%d/token\n",
		port, port);
	text_addf(&text,
		  "graph:\n  base_url: http://127.0.0.1:%d/graph\n"
		  "  token_url: http://127.0.0.1:%d/token\n"
		  "  metadata_url: http://127.0.0.1:%d/graph-metadata\n"
		  "  metadata_url_v1: http://127.0.0.1:%d/graph-metadata-v1\n",
		  port, port, port, port);
	house_write(house, "plenary.yaml", text_string(&text));
	text_finish(&text);
}

void house_begin(struct house *house)
{
	const char *const base = getenv("TMPDIR");

	*house = (struct house){ 0 };
	signal(SIGPIPE, SIG_IGN);
	snprintf(house->folder, sizeof(house->folder), "%s/plenary-house-XXXXXX",
		 base != NULL ? base : P_tmpdir);
	CHECK(mkdtemp(house->folder) != NULL);
	outside_start(&house->outside);
	house_write(house, "secret", "the secret of the bot\n");
	house_write(house, "events-secret", HOUSE_SECRET "\n");
	house_write(house, "live-key", HOUSE_KEY "\n");
	write_config(house);
}

/* -- the process ------------------------------------------------------------------------------ */

static void become(struct house *house, const char *const words[])
{
	const char *list[8] = { PLENARY_PROGRAM };
	const int log = open(house_path(house, "log"),
			     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char pid[32];

	for (int i = 0; words[i] != NULL; i++)
		list[i + 1] = words[i];
	dup2(log, STDERR_FILENO);
	dup2(log, STDOUT_FILENO);
	if (house->inherited > 0) {
		snprintf(pid, sizeof(pid), "%d", (int)getpid());
		setenv("LISTEN_PID", pid, 1);
		setenv("LISTEN_FDS", "1", 1);
		if (house->inherited == 3)
			fcntl(3, F_SETFD, 0);
		else
			dup2(house->inherited, 3);
	}
	if (house->descriptors.rlim_max > 0)
		setrlimit(RLIMIT_NOFILE, &house->descriptors);
	for (int i = 0; house->environment[i] != NULL; i++)
		putenv((char *)house->environment[i]);
	execv(PLENARY_PROGRAM, (char *const *)list);
	_exit(127);
}

void house_fork(struct house *house, const char *const words[])
{
	const pid_t test = getpid();

	CHECK_INT(0, house->pid);
	house->pid = fork();
	CHECK(house->pid >= 0);
	if (house->pid == 0) {
		child_ends_with(test);
		become(house, words);
	}
}

int house_wait(struct house *house)
{
	int status = 0;

	for (int i = 0; i < 6000; i++) {
		const pid_t pid = waitpid(house->pid, &status, WNOHANG);

		CHECK(pid >= 0);
		if (pid != 0) {
			house->pid = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
		}
		moment();
	}
	kill(house->pid, SIGKILL);
	fprintf(stderr, "the program did not end in a minute\n");
	exit(1);
}

int house_run(struct house *house, const char *const words[])
{
	house_fork(house, words);
	return house_wait(house);
}

void house_signal(const struct house *house, int number)
{
	CHECK(house->pid > 0);
	CHECK_INT(0, kill(house->pid, number));
}

static void fail(struct house *house, const char *what)
{
	char *const log = house_log(house);

	fprintf(stderr, "%s; its log:\n%s", what, log);
	free(log);
	if (house->pid > 0)
		kill(house->pid, SIGKILL);
	exit(1);
}

static int port_in(const char *log, const char *tls)
{
	const char *at = log;

	while ((at = strstr(at, "listening address=")) != NULL) {
		const char *const end = strchr(at, '\n');
		const char *const port = strstr(at, "port="), *const is = strstr(at, tls);

		if (end != NULL && port != NULL && is != NULL && is < end)
			return (int)strtol(port + 5, NULL, 10);
		at++;
	}
	return 0;
}

static bool find_ports(struct house *house)
{
	char *const log = house_log(house);

	house->server.plain_port = port_in(log, "tls=0");
	house->server.tls_port = port_in(log, "tls=1");
	free(log);
	return house->server.plain_port > 0 && house->server.tls_port > 0;
}

void house_open(struct house *house)
{
	char path[HOUSE_BYTES];

	snprintf(path, sizeof(path), "%s", house_path(house, "plenary.yaml"));
	house_write(house, "log", "");
	house_fork(house, (const char *const[]){ "serve", "--config", path, NULL });
	for (int i = 0; !find_ports(house); i++) {
		if (i == 6000 || waitpid(house->pid, NULL, WNOHANG) != 0)
			fail(house, "it did not start");
		moment();
	}
}

void house_start(struct house *house)
{
	house_open(house);
	for (int i = 0; house_ask(house, "GET", "/readyz", "", "", NULL) != 200; i++) {
		if (i == 3000)
			fail(house, "it is not ready");
		moment();
	}
}

static void remove_folder(const char *path)
{
	DIR *const folder = opendir(path);
	char below[2 * HOUSE_BYTES];

	CHECK(folder != NULL);
	for (const struct dirent *file = readdir(folder); file != NULL;
	     file = readdir(folder)) {
		if (strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, file->d_name);
		if (unlink(below) < 0)
			remove_folder(below);
	}
	closedir(folder);
	CHECK_INT(0, rmdir(path));
}

void house_end(struct house *house)
{
	if (house->pid > 0) {
		house_signal(house, SIGTERM);
		if (house_wait(house) != 0)
			fail(house, "it did not end in good order");
	}
	outside_stop(&house->outside);
	remove_folder(house->folder);
}

/* -- requests ---------------------------------------------------------------------------------- */

int house_ask(struct house *house, const char *method, const char *path,
	      const char *headers, const char *body, struct reply *reply)
{
	struct client client;
	struct text head = { 0 };
	struct reply unwanted = { 0 };
	struct reply *const filled = reply != NULL ? reply : &unwanted;

	client_open(&client, &house->server, WAY_PLAIN);
	text_addf(&head, "%s %s HTTP/1.1\r\nHost: example.test\r\n%s", method, path,
		  headers);
	if (body[0] != '\0' || strcmp(method, "POST") == 0)
		text_addf(&head, "Content-Length: %zu\r\n", strlen(body));
	text_addf(&head, "\r\n");
	client_send(&client, head.data, head.length);
	client_send(&client, body, strlen(body));
	client_reply(&client, filled, strcmp(method, "HEAD") == 0);
	client_close(&client);
	text_finish(&head);
	const int status = filled->status;

	if (reply == NULL)
		reply_finish(&unwanted);
	return status;
}

long long house_figure(struct house *house, const char *name)
{
	struct reply reply = { 0 };
	char line[96];

	CHECK_INT(200, house_ask(house, "GET", "/metrics", "", "", &reply));
	snprintf(line, sizeof(line), "\nplenary_%s ", name);
	const char *const at = strstr(text_string(&reply.body), line);

	CHECK(at != NULL);
	const long long figure = strtoll(at + strlen(line), NULL, 10);

	reply_finish(&reply);
	return figure;
}

void house_until(struct house *house, const char *name, long long least)
{
	for (int i = 0; house_figure(house, name) < least; i++) {
		if (i == 3000)
			fail(house, name);
		moment();
	}
}

int house_event(struct house *house, const char *id, const char *type, const char *data,
		struct reply *reply)
{
	struct text text = { 0 };

	text_addf(&text,
		  "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/test\","
		  "\"type\":\"plenary.%s\",\"data\":%s}",
		  id, type, data);
	const int status = house_ask(house, "POST", "/events", HOUSE_BEARER HOUSE_EVENT,
				     text_string(&text), reply);

	text_finish(&text);
	return status;
}

static json_t *person(int number, const char *role)
{
	char name[16], id[16], object[48];

	snprintf(name, sizeof(name), "Person %02d", number);
	snprintf(id, sizeof(id), "29:u%d", number);
	snprintf(object, sizeof(object), "00000000-0000-0000-0000-0000000000b%d", number);
	return json_pack("{s:s,s:s,s:s,s:s}", "name", name, "teams_id", id, "object_id",
			 object, "role", role);
}

void house_schedule(struct house *house, const char *uid)
{
	char *const programme = file_of("config/programmes/leep.yaml");
	json_t *const plan =
		json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s},s:[o,o,o]}",
			  "uid", uid, "programme", programme, "module", 1, "starts",
			  "2099-11-24T09:00:00Z", "organiser_id",
			  "00000000-0000-0000-0000-0000000000b0", "tenant_id",
			  OUTSIDE_TENANT, "service_url", house->outside.service_url,
			  "meeting", "thread_id", HOUSE_THREAD, "join_url",
			  "https://teams.example.test/l/main", "meeting_id",
			  "meeting-main", "people", person(1, "participant"),
			  person(2, "participant"), person(3, "facilitator"));
	char *const data = json_dumps(plan, JSON_COMPACT);

	CHECK_INT(202, house_event(house, uid, "session_scheduled", data, NULL));
	for (int i = 0; house_figure(house, "outbox_waiting") > 0; i++) {
		if (i == 3000)
			fail(house, "its deliveries are stuck");
		moment();
	}
	free(data);
	json_decref(plan);
	free(programme);
}

int house_upgrade(struct house *house, struct client *client, const char *path,
		  const char *headers)
{
	struct text head = { 0 };
	struct reply reply = { 0 };

	client_open(client, &house->server, WAY_PLAIN);
	text_addf(&head,
		  "GET %s HTTP/1.1\r\nHost: example.test\r\nUpgrade: websocket\r\n"
		  "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		  "Sec-WebSocket-Key: " WS_KEY "\r\n%s\r\n",
		  path, headers);
	client_send(client, head.data, head.length);
	client_reply(client, &reply, true);
	const int status = reply.status;

	reply_finish(&reply);
	text_finish(&head);
	return status;
}
