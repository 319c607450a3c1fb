/** What rules ask people, by the whole program in virtual time. */
import {expect, test} from 'vitest'
import {A, hashAt, HOUR, MINUTE, ScenarioHarness} from '../scenarios/scenario-harness.fixture.ts'

interface Waiting {
  readonly approvals: readonly {readonly id: string; readonly info_hash: string}[]
}

test('a yes after a crash of the program and a restart of the server is carried out', async () => {
  const harness = await ScenarioHarness.start({
    servers: [{name: A, torrents: 30}],
    rules: [
      {
        name: 'Enough',
        mode: 'ask',
        do: [{action: 'removeWithData'}],
        when: {fact: 'name', op: 'eq', value: `${A} 7`},
      },
    ],
  })
  try {
    const {api} = harness.acting
    const [asked] = (await api.get<Waiting>('/api/approvals')).approvals
    expect(asked?.info_hash).toBe(hashAt(A, 7))
    await harness.acting.crash()
    await harness.pass(HOUR)
    await harness.acting.rise()
    await harness.restart(A)
    await harness.pass(3 * MINUTE)
    const waiting = (await harness.acting.api.get<Waiting>('/api/approvals')).approvals
    expect(waiting.map(({id}) => id)).toEqual([asked!.id])
    expect(harness.holds(A, hashAt(A, 7))).toBe(true)
    expect(await harness.acting.approve(asked!.id)).toBe(204)
    // A server that came back a moment ago is no evidence: his yes waits, and he is not asked again.
    await harness.pass(MINUTE)
    expect(harness.holds(A, hashAt(A, 7))).toBe(true)
    expect((await harness.acting.api.get<Waiting>('/api/approvals')).approvals).toEqual([])
    await harness.pass(20 * MINUTE)
    expect(harness.holds(A, hashAt(A, 7))).toBe(false)
    expect(harness.destroyed()).toEqual([`${A} removeWithData ${hashAt(A, 7)}`])
  } finally {
    await harness.stop()
  }
})
