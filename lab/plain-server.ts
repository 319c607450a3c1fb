import {plainReach, type ServerDefinition} from '#model/server.ts'

/** A server about which nothing special is said: all of a definition but its name, kind and address. */
export const plainServer: Omit<ServerDefinition, 'id' | 'name' | 'kind' | 'url'> = {
  username: null,
  password: null,
  apiKey: null,
  basicAuth: null,
  tls: {ca: null, skipVerify: false},
  httpProxy: null,
  paths: [],
  storage: null,
  categorySource: {from: 'label'},
  allowExecute: false,
  downloadRoots: [],
  pace: {pollSeconds: null, timeoutSeconds: null},
  reach: plainReach.anywhere,
  enabled: true,
  obstacle: null,
}
