import { eventNames, type Manifest, neededScopes, type Scope } from './scopes.js';

/** Slack's own type of a manifest, with the scope that it leaves out. */
export interface SlackManifest {
  readonly display_information: Manifest['display_information'];
  readonly features: NonNullable<Manifest['features']>;
  readonly oauth_config: { readonly scopes: { readonly bot: readonly Scope[] } };
  readonly settings: NonNullable<Manifest['settings']>;
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
      },
      app_home: {
        home_tab_enabled: false,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: 'threadsmith', always_online: true },
    },
    oauth_config: { scopes: { bot: neededScopes() } },
    settings: {
      event_subscriptions: { bot_events: eventNames() },
      // The feedback buttons under an answer.
      interactivity: { is_enabled: true },
      org_deploy_enabled: false,
      socket_mode_enabled: true,
      token_rotation_enabled: false,
    },
  };
}
