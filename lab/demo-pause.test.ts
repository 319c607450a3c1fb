import {expect, test} from 'vitest'
import type {RuleSuspension} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {pauseAgain} from './demo-pause.ts'

const MINUTE = 60_000
const id = 'demo-unregistered' as RuleId
const first: RuleSuspension = {ruleId: id, revision: 1, at: 5, reason: 'commonCause', detail: {torrents: 9}}

/** A rule that somebody may let go on, and a clock that is turned by hand. */
function world() {
  let now = 1_000_000
  let held: RuleSuspension | null = first
  let turn = async (): Promise<void> => undefined
  const suspensions = {
    of: (asked: RuleId) => (asked === id ? held : null),
    suspend: async (one: RuleSuspension) => {
      held = one
    },
  }
  const stop = pauseAgain(suspensions, first, {
    now: () => now,
    every: (_ms, look) => {
      turn = look
      return () => {
        turn = async () => undefined
      }
    },
  })
  const pass = async (minutes: number) => {
    for (let at = 0; at < minutes * 6; at++) {
      now += MINUTE / 6
      await turn()
    }
  }
  return {stop, pass, held: () => held, resume: () => (held = null), now: () => now}
}

test('a rule that was resumed is paused again after ten minutes, for the same cause, each time', async () => {
  const {pass, held, resume, now} = world()
  for (let at = 0; at < 3; at++) {
    resume()
    await pass(9)
    expect(held()).toBeNull()
    await pass(2)
    expect(held()).toMatchObject({ruleId: id, revision: 1, reason: 'commonCause', detail: {torrents: 9}})
    expect(now() - held()!.at).toBeLessThan(2 * MINUTE)
  }
})

test('one without an answer stays as it is, and nothing comes when the demo ends', async () => {
  const {pass, held, resume, stop} = world()
  await pass(60)
  expect(held()).toBe(first)
  stop()
  resume()
  await pass(60)
  expect(held()).toBeNull()
})
