import { type WebAPICallResult, WebClient } from '@slack/web-api';
import type { OnRefusal } from './admin-problems.js';
import { type WebClientSettings, webClientOptions } from './web-client.js';

/** Tells of every call that fails, also where the failure costs nothing and is passed over. */
export class WatchedWebClient extends WebClient {
  readonly #onRefusal: OnRefusal;

  constructor(settings: WebClientSettings, onRefusal: OnRefusal) {
    super(settings.botToken, webClientOptions(settings));
    this.#onRefusal = onRefusal;
  }

  override async apiCall(method: string, options?: Record<string, unknown>): Promise<WebAPICallResult> {
    try {
      return await super.apiCall(method, options);
    } catch (error) {
      this.#onRefusal(method, options, error);
      throw error;
    }
  }
}
