/** What rules ask people, by the whole program in virtual time. */
import {expect, test} from 'vitest'
import {A, hashAt, HOUR, MINUTE, ScenarioHarness} from '../scenarios/scenario-harness.fixture.ts'

interface Waiting {
  readonly approvals: readonly {readonly id: string; readonly info_hash: string}[]
}

test('a yes after a crash of the program and a restart of the server is carried out', async () => {
  const house = await ScenarioHarness.start({
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
    const {api} = house.acting
    const [asked] = (await api.get<Waiting>('/api/approvals')).approvals
    expect(asked?.info_hash).toBe(hashAt(A, 7))
    await house.acting.crash()
    await house.pass(HOUR)
    await house.acting.rise()
    await house.restart(A)
    await house.pass(3 * MINUTE)
    const waiting = (await house.acting.api.get<Waiting>('/api/approvals')).approvals
    expect(waiting.map(({id}) => id)).toEqual([asked!.id])
    expect(house.holds(A, hashAt(A, 7))).toBe(true)
    expect(await house.acting.approve(asked!.id)).toBe(204)
    // A server that came back a moment ago is no evidence: his yes waits, and he is not asked again.
    await house.pass(MINUTE)
    expect(house.holds(A, hashAt(A, 7))).toBe(true)
    expect((await house.acting.api.get<Waiting>('/api/approvals')).approvals).toEqual([])
    await house.pass(20 * MINUTE)
    expect(house.holds(A, hashAt(A, 7))).toBe(false)
    expect(house.destroyed()).toEqual([`${A} removeWithData ${hashAt(A, 7)}`])
  } finally {
    await house.stop()
  }
})
