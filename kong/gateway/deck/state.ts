// The entities of a decK file once read: flat, with ids, defaults filled in and references resolved.

/** Timeouts in ms. */
export interface Service {
  id: string;
  name?: string;
  protocol: 'http' | 'https';
  host: string;
  port: number;
  path?: string;
  retries: number;
  connect_timeout: number;
  write_timeout: number;
  read_timeout: number;
  enabled: boolean;
  tls_verify?: boolean;
  tags: string[];
}

export interface Route {
  id: string;
  name?: string;
  protocols: string[];
  methods: string[];
  hosts: string[];
  paths: string[];
  headers: Record<string, string[]>;
  https_redirect_status_code: number;
  regex_priority: number;
  strip_path: boolean;
  preserve_host: boolean;
  tags: string[];
  service?: Service;
}

/** `groups` are the names of the consumer's `acls`. */
export interface Consumer {
  id: string;
  username?: string;
  custom_id?: string;
  tags: string[];
  groups: string[];
}

/** A key of a consumer (`keyauth_credentials`). */
export interface Credential {
  id: string;
  key: string;
  consumer: Consumer;
}

/** A plugin as configured once: globally, or on a service, route and consumer. */
export interface PluginEntity {
  id: string;
  name: string;
  instance_name?: string;
  enabled: boolean;
  protocols: string[];
  tags: string[];
  /** A native plugin's config has its defaults filled in; another's is as in the file. */
  config: Record<string, unknown>;
  service_id?: string;
  route_id?: string;
  consumer_id?: string;
  /** Where the file declares it, for messages. */
  path: string;
  line?: number;
}

export interface State {
  services: Service[];
  routes: Route[];
  consumers: Consumer[];
  credentials: Credential[];
  plugins: PluginEntity[];
}
