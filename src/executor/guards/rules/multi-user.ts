import type {DecisionGuard} from './decision-guard.ts'

/** A rule does only what its owner may do himself. Of a server that he may not see nothing is said. */
export const multiUser: DecisionGuard = {
  name: 'multiUser',
  guards: ({decision}) => decision.subject.serverId !== null,
  look({decision, access}) {
    if (access.may('control', decision.subject.serverId!)) return null
    return {
      verdict: 'block',
      code: 'not_allowed',
      detail: {},
      lift: 'The owner of the rule needs the right to it.',
    }
  },
}
