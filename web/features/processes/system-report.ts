/**
 * What helps somebody who looks for a fault, as text to be copied: versions, kinds and states. No names, addresses, paths
 * or messages of servers, as it ends up in public. Pure.
 */
import type {LiveServer} from '#model/live.ts'
import type {Configuration} from '../../api/sections.ts'
import type {Status} from '../../api/status.ts'

export function systemReport({
  status,
  servers,
  configuration,
  browser,
}: {
  status: Status
  servers: readonly Pick<
    LiveServer,
    'server_type' | 'version' | 'status' | 'reason' | 'torrents' | 'enabled' | 'latency_ms'
  >[]
  /** Absent = not read. */
  configuration: Configuration | undefined
  browser: string
}): string {
  const {version, ready, demo, observing, storage, arrs, torrents} = status
  return [
    `Commodarr ${version}${demo ? ' (demo)' : ''}${ready ? '' : ', not ready'}${observing ? ', watch only' : ''}`,
    `Database: ${storage === undefined ? 'not known' : storage.ok ? 'works' : (storage.code ?? 'fails')}`,
    `Torrents: ${torrents}`,
    ...servers.map((server) => `Server: ${serverWords(server)}`),
    ...arrs.map(({type, state, queued}) => `Arr: ${type}, ${state}, queue ${queued ?? 'not known'}`),
    ...(configuration?.findings ?? []).map(
      // What is typed in place of a key may be a name.
      ({severity, code, line}) => `config.toml: ${severity} ${code} (line ${line ?? '–'})`,
    ),
    `Browser: ${browser}`,
  ].join('\n')
}

function serverWords({
  server_type: kind,
  version,
  status,
  reason,
  torrents,
  enabled,
  latency_ms: latency,
}: Parameters<typeof systemReport>[0]['servers'][number]): string {
  const how = enabled ? `${status}${reason === 'none' ? '' : ` (${reason})`}` : 'off'
  return `${kind} ${version ?? 'of unknown version'}, ${how}, ${torrents} torrents, ${latency ?? '–'} ms`
}
