import { type EventName, eventNames, type Manifest, neededScopes, type Scope } from './scopes.js';

type Settings = NonNullable<Manifest['settings']>;

/** Slack's own type of a manifest, with the scope and the event that it leaves out. */
export interface SlackManifest {
  readonly display_information: Manifest['display_information'];
  readonly features: NonNullable<Manifest['features']>;
  readonly oauth_config: { readonly scopes: { readonly bot: readonly Scope[] } };
  readonly settings: Omit<Settings, 'event_subscriptions'> & {
    readonly event_subscriptions: { readonly bot_events: readonly EventName[] };
  };
}

/** The Slack app: paste `slack-manifest.yml`, which is written from this, where Slack asks for a manifest. */
export function slackManifest(): SlackManifest {
  return {
    display_information: {
      name: 'Threadsmith',
      description: "Answers from your team's own documents, with sources.",
      background_color: '#1f3a5f',
    },
    features: {
      agent_view: {
        agent_description:
          "Ask a question: Threadsmith looks it up in your team's documents and answers in the thread, with a numbered source behind every claim. It says so when the documents do not hold the answer.",
        // Until the bot knows whose view it is: then it suggests its own documents.
        suggested_prompts: [
          { title: 'Get started', message: 'How do I get started?' },
          { title: 'Find whom to ask', message: 'Whom do I ask when I need help?' },
        ],
      },
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      shortcuts: [
        {
          type: 'message',
          // Slack shows the app's name beside it.
          name: 'Ask about this message',
          callback_id: 'threadsmith_ask_about',
          description: 'Looks it up in your documents; only you see the answer.',
        },
        {
          type: 'message',
          name: 'Open in LangSmith',
          callback_id: 'threadsmith_open_langsmith',
          description: 'For those who look after the bot: the thread and the turn, in LangSmith.',
        },
      ],
      slash_commands: [
        {
          command: '/threadsmith',
          description: 'Ask your documents; only you see the answer.',
          usage_hint: '<question>',
          should_escape: true,
        },
      ],
      bot_user: { display_name: 'threadsmith', always_online: true },
    },
    oauth_config: { scopes: { bot: neededScopes() } },
    settings: {
      event_subscriptions: { bot_events: eventNames() },
      // Buttons under an answer, the shortcut and its modal.
      interactivity: { is_enabled: true },
      org_deploy_enabled: false,
      socket_mode_enabled: true,
      token_rotation_enabled: false,
    },
  };
}
