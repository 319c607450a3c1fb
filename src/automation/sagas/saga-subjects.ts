/** What a saga is about, as its state says, for whoever has to end it or must not begin it twice. */
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {SagaRecord} from '#model/automation-state.ts'
import type {Decision, SubjectName} from '#model/decision.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {ARR_AWAY} from './search-again.ts'

/** Files that are being moved, and searches of an Arr, are no business of the server any more. */
const beyondServers: ReadonlySet<string> = new Set(['move', 'search', ARR_AWAY])

/** Its rule began it, of this very subject. */
export function isOfDecision(
  {state}: Pick<SagaRecord, 'state'>,
  {ruleId, subject}: Pick<Decision, 'ruleId' | 'subject'>,
): boolean {
  const {decision} = state as {readonly decision?: Pick<Decision, 'ruleId' | 'subject'>}
  return decision?.ruleId === ruleId && decision.subject.key === subject.key
}

/** Another daemon answers at the address of this server: whatever would be sent to it next ends. */
export async function endSagasOfServer(sagas: Pick<SagaRunner, 'endAll'>, id: ServerId): Promise<void> {
  const why = 'Another server answers at its address; nothing more was sent.'
  await sagas.endAll((saga) => isAboutServer(saga, id), {end: 'another_server', why})
}

/** What it does next is meant for a torrent of this server, or for this server. */
function isAboutServer({step, state}: Pick<SagaRecord, 'step' | 'state'>, id: ServerId): boolean {
  const {decision, target, key} = state as {
    readonly decision?: {readonly subject: Pick<SubjectName, 'serverId'>}
    readonly target?: ServerId
    readonly key?: {readonly serverId: ServerId}
  }
  const isOnIt = decision?.subject.serverId === id || target === id || key?.serverId === id
  return isOnIt && !beyondServers.has(step)
}
