/** What a manager would have of one simulated Arr: port, replica and history, without sockets and in virtual time. */
import {openArr} from '#arr-client/api/open.ts'
import type {ArrPort} from '#arr-client/api/port.ts'
import {proofOf} from '#arr-client/proof.ts'
import {ArrReplica, type ReplicaChange} from '#arr-client/replica.ts'
import {mediaKey, type DownloadId, type HistoryRow, type Proof} from '#model/arr.ts'
import {Secret} from '#model/secret.ts'
import type {SimulatedArr} from './create.ts'
import {InsideDispatcher, insideLive} from './inside.ts'

export interface ArrClients {
  readonly arr: SimulatedArr
  readonly port: ArrPort
  readonly replica: ArrReplica
  readonly changes: readonly ReplicaChange[]
  /** Told by the replica, in that order. */
  history(): HistoryRow[]
  /** Questions that were asked so far, as `METHOD path`. */
  questions(): string[]
  proof(downloadId: DownloadId, contentPath: string | null): Promise<Proof>
}

const HOUR = 3_600_000
const policy = {objectionTo: () => null, lookup: undefined}

export async function clientsOf(arr: SimulatedArr, apiKey = arr.apiKey): Promise<ArrClients> {
  const asked: string[] = []
  const watched = watching(arr, asked)
  const dispatcher = new InsideDispatcher(watched)
  const address = {
    url: `http://arr${arr.arr.config.urlBase ?? ''}`,
    apiKey: new Secret(apiKey),
    skipVerify: false,
  }
  const port = await openArr(address, policy, {dispatcher})
  const {time} = arr
  const changes: ReplicaChange[] = []
  const replica = new ArrReplica({
    port,
    again: port,
    clock: time,
    cursor: {at: time.now() - HOUR, seen: []},
    channel: insideLive(arr, port.status.apiVersion),
    changed: (change) => void changes.push(change),
  })
  replica.start()
  return {
    arr,
    port,
    replica,
    changes,
    history: () => changes.flatMap(({history}) => [...history]),
    questions: () => asked,
    async proof(downloadId, contentPath) {
      const own = await port.historyOf(downloadId)
      const media = own.flatMap((row) => (row.event === 'grabbed' && row.media ? [row.media] : []))
      const ids = [...new Set(media.map(({id}) => id))]
      const found = await port.filesOf(ids)
      const {importsCompleted} = await port.downloadHandling()
      // Rows without a download id are found by the time since the grab.
      const since = await port.historySince(Math.min(...own.map(({at}) => at), time.now()))
      const rows = new Map([...own, ...since].map((row) => [row.id, row]))
      return proofOf({
        downloadId,
        contentPath,
        importsCompleted,
        queue: await port.queue(),
        history: [...rows.values()],
        files: new Map(media.map((one) => [mediaKey(one), found.get(one.id) ?? []])),
      })
    },
  }
}

/** Writes down what is asked on its way. */
function watching(arr: SimulatedArr, asked: string[]): Pick<SimulatedArr, 'answer' | 'arr' | 'isDown'> {
  return {
    answer(request) {
      asked.push(`${request.method} ${request.path}`)
      return arr.answer(request)
    },
    get arr() {
      return arr.arr
    },
    get isDown() {
      return arr.isDown
    },
  }
}
