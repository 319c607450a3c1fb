/**
 * Rules about a server as a whole: what they do hangs on all of its torrents together, so the planners of `automation/whole-server/`
 * carry them out. They stand beside the others, to be seen, switched off and counted. Source: qBitrr.
 */
import type {Rule} from '#model/rule.ts'
import type {InheritedFreeSpace, InheritedGround} from './inherited.ts'
import {action, every, labels, leaf, serverRule} from './preset.ts'

type Whole = Pick<InheritedGround, 'section' | 'servers' | 'observes'>

/** While it is believed. */
const online = leaf('server.status', 'in', ['online', 'degraded'])

/** The queue follows the priority of trackers, then the newest. */
export function queueOrderRule(of: Whole): Rule {
  return serverRule(of, {
    behaviour: 'queue-order',
    name: 'order of the queue',
    reason: 'queueOrder',
    concern: 'queue',
    when: online,
    do: [action('queue', {to: 'top'})],
  })
}

/** @param keepsTags labels are written on servers. Taken off they are in any case: some may stand there from before. */
export function freeSpaceRules(
  of: Whole,
  {keep, mayStop, isMeasured = false}: InheritedFreeSpace,
  keepsTags: boolean,
): readonly Rule[] {
  if (!mayStop) return []
  const label = {names: [labels.spacePaused]}
  const shared = {reason: 'freeSpace', concern: 'freeSpace'} as const
  return [
    serverRule(of, {
      ...shared,
      behaviour: 'space-stop',
      name: 'no room for it',
      when: isMeasured ? online : every(online, leaf('server.freeBytes', 'exists')),
      do: [...(keepsTags ? [action('tag', label)] : []), action('stop')],
    }),
    serverRule(of, {
      ...shared,
      behaviour: 'space-start',
      name: 'room for it again',
      when: isMeasured ? online : every(online, leaf('server.freeBytes', 'gt', keep)),
      do: [action('start'), action('untag', label)],
    }),
    // Who starts it himself takes it back: a label that stayed would have us start what he stops later.
    serverRule(of, {
      ...shared,
      behaviour: 'space-taken-back',
      name: 'a person took it back',
      when: online,
      do: [action('untag', label)],
    }),
  ]
}
