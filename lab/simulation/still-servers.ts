/**
 * Who asks a server of which nothing changed is told what he knows already: the question is spared, and with it protocol,
 * parsing and comparing. A server that ails in any way is asked each time, and answers as it can.
 */
import type {SyncReport, TorrentClient} from '#clients/port.ts'
import type {BackendTorrent, TorrentBackend} from '../arrs/backends/backend.ts'
import type {SimServer} from '../simulators/sim-server.ts'

/** What stands for all that a server would say; `null` = it has to be asked. */
function stateOf({server, world}: SimServer): string | null {
  return server.isListening && server.faults.active.length === 0
    ? `${world.generation} ${world.revision}`
    : null
}

/** What is read in rounds, such as trackers, has had its turn after so many steps. */
const ROUND_STEPS = 2

/**
 * Its sync asks only for what is another than at its last good steps; whole lists it always asks for.
 * @param isSparing default: always
 */
export function sparing<C extends TorrentClient>(
  client: C,
  server: SimServer,
  isSparing: () => boolean = () => true,
): C {
  const {sync} = client
  const step = sync.step.bind(sync)
  const probe = client.probe.bind(client)
  let reported: {state: string; report: SyncReport; steps: number} | null = null
  client.probe = async (bounds) => {
    if (!isSparing() || reported === null || reported.state !== stateOf(server)) await probe(bounds)
  }
  sync.step = async (want, sink, bounds) => {
    const before = stateOf(server)
    const asksForMore = !isSparing() || want.list !== 'delta' || (want.closely ?? []).length > 0
    if (reported !== null && reported.state === before && reported.steps >= ROUND_STEPS && !asksForMore)
      return {...reported.report, bytes: 0, requests: 0, rows: 0, joined: 0, left: 0, answerMs: 0}
    const steps = reported !== null && reported.state === before ? reported.steps + 1 : 1
    reported = null
    const report = await step(want, sink, bounds)
    if (before !== null && before === stateOf(server) && report.membership === 'whole')
      reported = {state: before, report, steps}
    return report
  }
  return client
}

/** The list of such a server as it was read last, while it would be the same. */
export function sparingBackend(backend: TorrentBackend, server: SimServer): TorrentBackend {
  let listed: {state: string; torrents: BackendTorrent[]} | null = null
  return {
    add: (torrent) => backend.add(torrent),
    remove: (hash) => backend.remove(hash),
    setCategory: (hash, category) => backend.setCategory(hash, category),
    files: (hash) => backend.files(hash),
    async list() {
      const before = stateOf(server)
      if (listed !== null && listed.state === before) return listed.torrents
      listed = null
      const torrents = await backend.list()
      if (before !== null && before === stateOf(server)) listed = {state: before, torrents}
      return torrents
    },
  }
}
