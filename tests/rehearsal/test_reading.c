/* SPDX-License-Identifier: MIT */
/* What people see in cards and messages. */
#include "rehearsal/reading.h"

#include "tests/check.h"

static const char room_card[] =
	"{\"type\":\"message\",\"attachments\":[{\"contentType\":"
	"\"application/"
	"vnd.microsoft.card.adaptive\",\"content\":{\"type\":\"AdaptiveCard\","
	"\"actions\":[{\"type\":\"Action.OpenUrl\",\"title\":\"Join\",\"url\":"
	"\"https://example.test/j/19%3ameeting_A%40thread.v2/0?context=%7b%7d\"},"
	"{\"type\":\"Action.Execute\",\"verb\":\"room.help\",\"data\":{\"room\":3},"
	"\"fallback\":{\"type\":\"Action.Submit\",\"data\":{\"verb\":\"room.help\"}}}]}}]"
	"}";

static const char poll_card[] =
	"{\"type\":\"message\",\"attachments\":[{\"content\":{\"type\":\"AdaptiveCard\","
	"\"body\":"
	"[{\"type\":\"Input.ChoiceSet\",\"id\":\"choice\",\"choices\":[{\"title\":"
	"\"Yes\","
	"\"value\":\"1\"},{\"title\":\"No\",\"value\":\"2\"}]},{\"type\":\"ActionSet\","
	"\"actions\":[{\"type\":\"Action.Execute\",\"verb\":\"poll.vote\",\"data\":"
	"{\"session\":\"day-1\",\"poll\":4}}]}]}}]}";

static const char notice[] =
	"{\"type\":\"message\",\"text\":\"<at>iPhone (Guest)</at> you are in [Room "
	"2](https://example.test/r2) (or "
	"https://example.test/r2).\",\"entities\":[{\"type\":"
	"\"mention\",\"mentioned\":{\"id\":\"29:anon-1-1\",\"name\":\"iPhone "
	"(Guest)\"}}]}";

static struct reading reading;

static json_t *read_text(const char *text)
{
	json_t *const json = json_parsed(text, strlen(text));

	CHECK(json != NULL);
	reading_of(&reading, json);
	return json;
}

static void test_a_room_card_leads_somewhere(void)
{
	json_t *const json = read_text(room_card);

	CHECK_INT(1, reading.links_count);
	CHECK_TEXT("https://example.test/j/19%3ameeting_A%40thread.v2/0?context=%7b%7d",
		   reading.links[0]);
	CHECK(reading.help != NULL);
	CHECK(reading.vote == NULL);
	CHECK_INT(0, reading.mentions_count);
	json_decref(json);
}

static void test_a_poll_asks(void)
{
	json_t *const json = read_text(poll_card);
	char key[16];

	CHECK_INT(2, reading.choices_count);
	CHECK_TEXT("2", reading.choices[1]);
	CHECK(reading.vote != NULL);
	reading_poll_key(reading.vote, key, sizeof(key));
	CHECK_TEXT("4", key);
	json_decref(json);
}

static void test_a_notice_means_somebody(void)
{
	json_t *const json = read_text(notice);

	CHECK_INT(1, reading.links_count);
	CHECK_TEXT("https://example.test/r2", reading.links[0]);
	CHECK_INT(1, reading.mentions_count);
	CHECK_TEXT("29:anon-1-1", reading.mentions[0]);
	CHECK(reading_says(json, "iPhone (Guest)"));
	CHECK(!reading_says(json, "Person 07"));
	json_decref(json);
}

static json_t *sample(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "../shared/protocols/samples/bot/%s", name);
	return json_load_file(path, 0, NULL);
}

static void test_the_samples_are_understood(void)
{
	json_t *const room = sample("card-room.json"), *const poll =
							       sample("card-poll.json");
	json_t *const mention = sample("out-message-mention.json");

	if (room == NULL) {
		fprintf(stderr, "  no samples here: skipped\n");
		return;
	}
	reading_of(&reading, room);
	CHECK_INT(1, reading.links_count > 0);
	CHECK(reading.help != NULL);
	reading_of(&reading, poll);
	CHECK_INT(2, reading.choices_count);
	CHECK(reading.vote != NULL);
	reading_of(&reading, mention);
	CHECK_TEXT("29:u1", reading.mentions[0]);
	json_decref(room);
	json_decref(poll);
	json_decref(mention);
}

int main(void)
{
	RUN(test_a_room_card_leads_somewhere);
	RUN(test_a_poll_asks);
	RUN(test_a_notice_means_somebody);
	RUN(test_the_samples_are_understood);
	return check_done();
}
