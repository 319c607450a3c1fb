import {expect, test} from 'vitest'
import {InstanceClock} from '#lib/instance-clock.ts'
import {asArrId} from '#model/arr.ts'
import {managerOf} from '#model/manager.ts'
import {codeOf} from '#registry/servers/servers-harness.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ManagerThreads} from './manager-threads.ts'

const id = managerOf(asArrId('radarr'))

/** A manager that hears everything and answers nothing. */
function silent() {
  const clock = new VirtualClock()
  const threads = new ManagerThreads(
    () => ({
      view: {} as never,
      start: () => undefined,
      stop: async () => undefined,
      restart: () => undefined,
      send: () => true,
    }),
    {downloads: {ofArr: () => []}} as never,
    new InstanceClock(clock, null),
    {hear: () => undefined, ready: () => undefined},
  )
  threads.beginMissing(new Map([[id, {id, arr: {id: 'radarr'}} as never]]))
  return {clock, questions: threads.get(id)!.questions}
}

test.each([
  ['checked', 90, {}],
  ['searchExplained', 600, {media: ['movie/1'], isLookedAt: false, unmonitored: false, missing: true}],
] as const)(
  'an answer to %s is waited for as long as an Arr may take: %i s',
  async (name, seconds, asked) => {
    const {clock, questions} = silent()
    const state = {end: ''}
    void codeOf(questions.ask(name, asked as never)).then((end) => (state.end = end))
    await clock.advance(seconds * 1_000 - 1)
    expect(state.end).toBe('')
    await clock.advance(1)
    expect(state.end).toBe('not_ready')
  },
)
