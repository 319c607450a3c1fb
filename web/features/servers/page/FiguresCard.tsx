import type {ReactNode} from 'react'
import type {LiveServer} from '#model/live.ts'
import type {ServerDetail} from '../../../api/servers.ts'
import {useNow} from '../../../live/clock.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {Card} from '../../../ui/Card.tsx'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {bytes, count, duration, written, type Maybe} from '../../../ui/format.ts'
import {exactTime} from '../../../ui/format-time.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {kindName, milliseconds} from '../server-words.ts'

/** What the server says of itself: version, totals, space, connection. */
export function FiguresCard({server, detail}: {server: LiveServer; detail: ServerDetail | null}) {
  const now = useNow(10_000)
  const stats = detail?.stats ?? null
  const health = detail?.health
  const row = (id: TextKey, value: ReactNode) => ({id, term: text(id), value})
  const told = (id: TextKey, value: Maybe<number>, as: (value: number) => ReactNode) =>
    value === undefined ? [] : [row(id, as(value))]
  const asBytes = (value: number) => <Quantity value={bytes(value)} />
  const p95 = health?.latency_p95_ms ?? null
  return (
    <Card title={text('server.figures')}>
      <DefinitionList
        entries={[
          row('server.version', `${kindName(server.server_type)} ${server.version ?? '?'}`),
          ...(detail?.api_version ? [row('server.api-version', detail.api_version)] : []),
          row('server.torrents', count(server.torrents)),
          row('server.latency', latencyWords(server.latency_ms, p95)),
          ...(server.synced_at === null ? [] : [row('server.synced', exactTime(server.synced_at, now))]),
          ...(detail?.poll_ms ? [row('server.polled', milliseconds(detail.poll_ms))] : []),
          ...told('server.free-space', stats?.free_space, asBytes),
          ...(stats?.default_save_path === undefined
            ? []
            : [
                row(
                  'server.save-path',
                  <span title={stats.default_save_path} className="font-mono text-12">
                    {stats.default_save_path}
                  </span>,
                ),
              ]),
          ...told('server.session-down', stats?.session_downloaded, asBytes),
          ...told('server.session-up', stats?.session_uploaded, asBytes),
          ...told('server.all-down', stats?.all_time_downloaded, asBytes),
          ...told('server.all-up', stats?.all_time_uploaded, asBytes),
          ...told('server.peers', stats?.peers, count),
          ...told('server.dht', stats?.dht_nodes, count),
          ...(stats?.connection === undefined
            ? []
            : [row('server.connection', text(`server.connection.${stats.connection}`))]),
          ...told('server.uptime', stats?.uptime, (value) => written(duration(value))),
          ...(detail?.owner ? [row('server.owner', detail.owner.name)] : []),
        ]}
      />
    </Card>
  )
}

function latencyWords(p50: number | null, p95: number | null): string {
  if (p50 === null) return '–'
  return p95 === null
    ? milliseconds(p50)
    : text('server.latency-of', {p50: milliseconds(p50), p95: milliseconds(p95)})
}
