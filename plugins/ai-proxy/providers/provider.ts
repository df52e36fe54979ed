// What a provider is, as data: where its API is, how one signs in, and which formats it speaks at which path.
import type { EndpointWords, OutboundChat } from '../../../kong/llm/format.ts';
import { GatewayError } from '../../../kong/relay/errors.ts';

/** Options of a target that say where the provider's API is; templates are filled in already. */
export interface PlaceOptions {
  azure_instance?: string | undefined;
  azure_deployment_id?: string | undefined;
  azure_api_version?: string | undefined;
  location_id?: string | undefined;
  project_id?: string | undefined;
  api_endpoint?: string | undefined;
  aws_region?: string | undefined;
  workspace_instance_id?: string | undefined;
  international?: boolean | undefined;
}

export interface Place {
  /** What the provider is asked for; goes into a path only encoded. */
  model: string;
  stream: boolean;
  options: PlaceOptions;
}

/** The path below the base URL, with its query when it has one. */
export type Endpoint = string | ((place: Place) => string);

export interface Provider {
  /** Where the provider documents what is said here. */
  docs: string;
  /** Where the API begins. Undefined, or giving undefined: the target must say. */
  baseUrl?: string | ((options: PlaceOptions) => string | undefined);
  /** How it speaks chat. A provider that hosts models of several makers may speak several formats. */
  chat(model: string): OutboundChat;
  /** Where chat is spoken, for formats that do not say it themselves. */
  chatPath: Endpoint;
  /** Paths of what else it has, by the name of the format. Spoken as it is, never translated. */
  endpoints: Readonly<Record<string, Endpoint>>;
  /** Endpoints besides chat that it has in words of its own, by the name of the format that clients speak. */
  words?(format: string, model: string): EndpointWords | undefined;
  /** How one of `auth.keys` is sent. */
  key?: { header: string; prefix: string };
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  /** Headers of clients of its own format that are part of the request. */
  forward?: readonly string[];
  /** A credential that is not a fixed key. */
  signIn?: 'aws' | 'gcp' | 'azure';
}

export const BEARER = { header: 'authorization', prefix: 'Bearer ' };

/**
 * A segment of a path made of what may come from a client.
 * @throws GatewayError invalid_request for a name that would climb the path, encoded or not.
 */
export function segment(text: string): string {
  if (text === '.' || text === '..' || text === '') {
    throw new GatewayError('invalid_request', { message: 'model is not a name.', param: 'model' });
  }
  return encodeURIComponent(text);
}
