export interface ThreadTurn {
  readonly question: string;
  readonly answer: string;
}

/** A thread in which somebody sets the bot up: the length of its answers is what the prompt asks for. */
export const TEN_TURNS: readonly ThreadTurn[] = [
  {
    question: 'How do I try Threadsmith without a Slack workspace?',
    answer:
      'Run `npm start` with nothing configured: a local Slack workspace opens in the browser at http://localhost:3000 [1]. It answers from the product’s own documentation until you give it yours, and quotes passages as long as there is no Claude key [2].',
  },
  {
    question: 'And which settings do I need for a real workspace?',
    answer:
      'Set `SLACK_BOT_TOKEN`, and either `SLACK_APP_TOKEN` for Socket Mode or `SLACK_SIGNING_SECRET` for HTTP [1]. Add `ANTHROPIC_API_KEY` for written answers and `LANGSMITH_API_KEY` for traces; with Slack tokens set, a missing one stops the start and is named [2].',
  },
  {
    question: 'Can it run behind a corporate proxy?',
    answer:
      'Yes. Set `HTTPS_PROXY`, and `NO_PROXY` for what must be reached directly [1]. A certificate authority of your own is given to Node by `NODE_EXTRA_CA_CERTS` [2].',
  },
  {
    question: 'How do I give it our documents from a GitHub repository?',
    answer:
      'Run `npm run ingest -- https://github.com/your-org/your-repo` [1]. For a private repository set `GITHUB_TOKEN` first; a folder of the repository can be named in the link [1][2].',
  },
  {
    question: 'How often are they refreshed?',
    answer:
      'Only when you run `npm run ingest` again, unless you set `INGEST_EVERY`, for example to `6h` [1]. Unchanged documents are recognised and cost nothing, and what is gone from the source goes from the index [2].',
  },
  {
    question: 'Where is the index kept, and how do I back it up?',
    answer:
      'In a SQLite file in `.data/`, or in Postgres when `DATABASE_URL` is set [1]. The documents can be ingested again at any time, so only the journal beside it is worth a copy [2].',
  },
  {
    question: 'Does it send the text of our messages anywhere else?',
    answer:
      'Questions, the thread and the passages found for them go to Claude, and to LangSmith as traces when it is set up [1]. With `OPENAI_API_KEY` the questions and documents are also sent to OpenAI to be embedded [1]. The bot itself stores ids, never text [2].',
  },
  {
    question: 'How can I see one Slack thread in LangSmith?',
    answer:
      'Every Slack thread is one LangSmith thread, under an id computed from the team, the channel and the thread’s timestamp [1]. Open the project’s Threads tab and filter by the metadata `channel` or `thread_ts` [2].',
  },
  {
    question: 'What happens when the process is killed in the middle of an answer?',
    answer:
      'The question stays open in the journal and is answered again as soon as a process is back, once [1]. What had been written is closed and marked as interrupted, so nothing looks as if it was still being written [2].',
  },
  {
    question: 'Can two replicas run at once?',
    answer:
      'Yes, with `DATABASE_URL`: they share the journal and the index in Postgres, and a question is claimed by one of them [1]. Without it each has a SQLite file of its own, and both would answer [2].',
  },
];
