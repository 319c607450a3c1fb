/**
 * The servers of a pasted `config.toml`, of any generation, read as the file itself is. Nothing on our disk is read for
 * it and no variable of ours decides anything in it.
 */
import {readServerSections, type SectionsReading} from '#config/load.ts'
import type {ServerDefinition} from '#model/server.ts'
import {saying, type Listed, type ServerList, type Unlisted} from './listed.ts'

/** Stands for the content of every file the text names: those lie elsewhere. */
const elsewhere = '-----BEGIN CERTIFICATE-----'

/** Three hundred times a file as people have it; parsing more would keep everybody else waiting. */
const MOST_BYTES = 256 * 1024

/**
 * @param limit most sections that are read
 * @returns why it is none: no TOML, or no server in it
 */
export async function readConfig(text: string, limit: number): Promise<ServerList | string> {
  if (Buffer.byteLength(text) > MOST_BYTES) return 'A configuration has at most 256 KiB.'
  const reading = await readServerSections(text, {limit, readFile: async () => elsewhere})
  if ('message' in reading) return `Line ${reading.line ?? 1}: ${reading.message}`
  const entries = [
    ...reading.servers.map((server) => entryOf(server, reading)),
    ...reading.off.map(({section, reason}): Unlisted => ({
      ...{place: `[${section}]`, name: section},
      faults: [{field: '', accepted: `a section that can be used: ${reason}`}],
    })),
  ]
  return entries.length === 0
    ? 'No section in it declares a server.'
    : {format: 'config', entries, warnings: []}
}

function entryOf(server: ServerDefinition, {findings}: SectionsReading): Listed {
  const {kind, name, url, username, password, apiKey, basicAuth, tls, httpProxy} = server
  const {paths, categorySource, allowExecute, downloadRoots, pace, enabled} = server
  const lacksAuthority = tls.ca !== null
  return {
    place: `[${server.id}]`,
    id: server.id,
    said: saying({
      ...{kind, name, address: {url}, enabled},
      username: username ?? undefined,
      password: password ?? undefined,
      apiKey: apiKey ?? undefined,
      basicAuth: basicAuth ?? undefined,
      tls: tls.skipVerify ? {ca: null, skipVerify: true} : undefined,
      httpProxy: httpProxy ?? undefined,
      paths: paths.length > 0 ? paths : undefined,
      categorySource: categorySource.from === 'label' ? undefined : categorySource,
      allowExecute: allowExecute || undefined,
      downloadRoots: downloadRoots.length > 0 ? downloadRoots : undefined,
      pace: pace.pollSeconds === null && pace.timeoutSeconds === null ? undefined : pace,
    }),
    missing: lacksAuthority ? ['tls.ca'] : [],
    warnings: findings
      .filter(({section, severity}) => section === server.id && severity !== 'notice')
      .map(({message}) => message),
  }
}
