import type {DecisionGuard} from './decision-guard.ts'

const MOST = 3

/** A server that keeps refusing is left alone for a while. */
export const failures: DecisionGuard = {
  name: 'failures',
  guards: ({action, decision}) => action.class !== 'harmless' && decision.subject.serverId !== null,
  look({server}) {
    if (server.failures < MOST) return null
    const lift = 'Ten minutes after its commands failed.'
    return {verdict: 'postpone', code: 'failures', detail: {failures: server.failures, most: MOST}, lift}
  },
}
