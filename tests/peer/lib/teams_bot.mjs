// SPDX-License-Identifier: MIT
//
// teams_bot - a bot made of Microsoft's own classes: what does it take an activity for?

import { peer } from "./peers.mjs";

// What TeamsActivityHandler can be asked to tell, and our word for it.
const EVENTS = {
  onMessage: "message",
  onMessageUpdate: "message updated",
  onMessageDelete: "message deleted",
  onTeamsMessageEditEvent: "message edited",
  onTeamsMessageUndeleteEvent: "message undeleted",
  onTeamsMessageSoftDeleteEvent: "message soft-deleted",
  onReactionsAdded: "reactions added",
  onReactionsRemoved: "reactions removed",
  onTeamsReadReceiptEvent: "read receipt",
  onTeamsMeetingStartEvent: "meeting started",
  onTeamsMeetingEndEvent: "meeting ended",
  onTeamsMeetingParticipantsJoinEvent: "joined",
  onTeamsMeetingParticipantsLeaveEvent: "left",
  onInstallationUpdateAdd: "installed",
  onInstallationUpdateRemove: "uninstalled",
  onConversationUpdate: "conversation",
  onMembersAdded: "members added",
  onMembersRemoved: "members removed",
  onTeamsChannelCreatedEvent: "channel created",
  onTeamsChannelRenamedEvent: "channel renamed",
  onTeamsChannelDeletedEvent: "channel deleted",
  onTeamsTeamArchivedEvent: "team archived",
  onTeamsTeamRenamedEvent: "team renamed",
  onTeamsTeamDeletedEvent: "team deleted",
  onTyping: "typing",
  onEvent: "event",
  onUnrecognizedActivityType: "unknown type",
};

// The same for what wants a body in the answer.
const INVOKES = {
  onAdaptiveCardInvoke: ["card pressed", { statusCode: 200, type: "application/vnd.microsoft.activity.message", value: "ok" }],
  handleTeamsTaskModuleFetch: ["dialog asked for", { task: { type: "message", value: "ok" } }],
  handleTeamsTaskModuleSubmit: ["dialog sent", { task: { type: "message", value: "ok" } }],
  handleTeamsFileConsentAccept: ["file wanted", undefined],
  handleTeamsFileConsentDecline: ["file not wanted", undefined],
  handleTeamsMessagingExtensionQuery: ["extension asked", { composeExtension: { type: "result", attachmentLayout: "list", attachments: [] } }],
};

export function makeTeamsBot(authentication) {
  const { CloudAdapter, ConfigurationBotFrameworkAuthentication, TeamsActivityHandler } = peer("botbuilder");
  const heard = [];
  const bot = new TeamsActivityHandler();
  for (const [register, word] of Object.entries(EVENTS))
    bot[register](async (...words) => {
      heard.push(word);
      await words.at(-1)(); // the next one who wants to know
    });
  for (const [method, [word, answer]] of Object.entries(INVOKES))
    bot[method] = async () => {
      heard.push(word);
      return answer;
    };
  const adapter = new CloudAdapter(authentication ?? new ConfigurationBotFrameworkAuthentication({}));
  adapter.onTurnError = async (_, fault) => heard.push(`fault: ${fault.message}`);

  // {status, heard} of one request
  return async function take(activity, authorization = "") {
    const response = {
      statusCode: 0,
      status: (code) => ((response.statusCode = code), response),
      header() {},
      send() {},
      end() {},
      socket: {},
    };
    heard.length = 0;
    const request = { method: "POST", headers: { authorization }, body: structuredClone(activity) };
    await adapter.process(request, response, (context) => bot.run(context)).catch((fault) => heard.push(`fault: ${fault.message}`));
    return { status: response.statusCode, heard: [...heard] };
  };
}
