import {expect, test} from 'vitest'
import {UNDO_MS} from '../../lib/toast.ts'
import {HeldAnswers} from './held-answers.ts'

const need = {id: 'import Radarr 7', since: 1}

/** Time passes when it is told to. */
function page() {
  const said: string[] = []
  const sent: string[] = []
  const timers = new Set<() => void>()
  /** Of what was done: it takes longer. */
  const later = new Set<() => void>()
  let undo = () => {}
  let [asks, now] = [true, 1_000]
  const answers = new HeldAnswers({
    after(ms, run) {
      const those = ms === UNDO_MS ? timers : later
      those.add(run)
      return () => those.delete(run)
    },
    show(label, take) {
      said.push(`held ${label}`)
      undo = take
      return () => void said.push('hidden')
    },
    asksStill: () => asks,
    now: () => now,
    gone: (label) => void said.push(`gone ${label}`),
    undone: (label) => void said.push(`undone ${label}`),
    done: (words) => void said.push(words),
    refused: (words) => void said.push(words),
  })
  const give = (label: string, send = async () => {}) =>
    answers.give(need, {
      answer: 'import',
      label,
      send() {
        sent.push(label)
        return send()
      },
      done: 'Importing.',
      refused: (words) => `Radarr rejected it: ${words}`,
    })
  const passes = () => {
    for (const run of timers) run()
    timers.clear()
  }
  const muchLater = () => {
    for (const run of later) run()
    later.clear()
  }
  return {
    muchLater,
    answers,
    said,
    sent,
    give,
    passes,
    undo: () => undo,
    state: () => answers.of(need)?.state,
    endsElsewhere: () => (asks = false),
    sleeps: (ms: number) => (now += ms),
  }
}

test('what was answered elsewhere, or ended, meanwhile gets no second answer', () => {
  const {give, passes, sent, said, state, endsElsewhere} = page()
  give('Import anyway')
  endsElsewhere()
  passes()
  expect([sent, state()]).toEqual([[], undefined])
  expect(said).toEqual(['held Import anyway', 'hidden', 'gone Import anyway'])
})

test('what was said before a sleep is not sent after it', () => {
  const {give, passes, sent, said, sleeps} = page()
  give('Import anyway')
  sleeps(UNDO_MS + 60_000)
  passes()
  expect(sent).toEqual([])
  expect(said.at(-1)).toBe('gone Import anyway')
})

test('it can be taken back without its toast, too, and then no more', () => {
  const {answers, give, passes, sent, said, state} = page()
  give('Import anyway')
  answers.undo(need)
  answers.undo(need)
  passes()
  expect([sent, state()]).toEqual([[], undefined])
  expect(said).toEqual(['held Import anyway', 'hidden', 'undone Import anyway'])
})

test('an answer is sent once its time is over, and then says what became of it', async () => {
  const {give, passes, sent, said, state} = page()
  give('Import anyway')
  expect([state(), sent]).toEqual(['held', []])
  passes()
  expect([state(), sent]).toEqual(['running', ['Import anyway']])
  await Promise.resolve()
  expect(state()).toBe('done')
  expect(said).toEqual(['held Import anyway', 'hidden', 'Importing.'])
})

test('taken back in time nothing is sent, and it can be answered again', () => {
  const {give, undo, passes, sent, said, state} = page()
  give('Import anyway')
  undo()()
  passes()
  expect([state(), sent]).toEqual([undefined, []])
  expect(said).toEqual(['held Import anyway', 'hidden', 'undone Import anyway'])
  give('Keep seeding')
  passes()
  expect(sent).toEqual(['Keep seeding'])
  // What is sent is not taken back any more.
  undo()()
  expect(said.at(-1)).not.toMatch(/^undone/)
  expect(state()).toBe('running')
})

test('another answer takes the place of one that waits, and of none that is sent', () => {
  const {give, passes, undo, sent, said} = page()
  give('Import anyway')
  const undoFirst = undo()
  give('Blocklist and search')
  undoFirst()
  passes()
  give('Keep seeding')
  passes()
  expect(sent).toEqual(['Blocklist and search'])
  expect(said).toEqual(['held Import anyway', 'hidden', 'held Blocklist and search', 'hidden'])
})

test('what is refused is said in the words of the other side, and can be answered again', async () => {
  const {answers, give, passes, said, state} = page()
  give('Import anyway', () => Promise.reject(new Error('It is a sample.')))
  passes()
  await new Promise(setImmediate)
  expect(answers.of(need)).toEqual({state: 'refused', answer: 'import', words: 'It is a sample.'})
  expect(said.at(-1)).toBe('Radarr rejected it: It is a sample.')
  give('Import anyway')
  expect(state()).toBe('held')
})

test('one that ended and began again has no answer yet', () => {
  const {answers, give} = page()
  give('Import anyway')
  expect(answers.of({...need, since: 2})).toBeNull()
})

test('what was done is forgotten after a while: where the item asks still, it was not done in the end', async () => {
  const {give, passes, muchLater, state} = page()
  give('Import anyway')
  passes()
  await expect.poll(state).toBe('done')
  muchLater()
  expect(state()).toBeUndefined()
})

test('an answer that was given again meanwhile is not forgotten with the one before', async () => {
  const {give, passes, muchLater, state} = page()
  give('Import anyway')
  passes()
  await expect.poll(state).toBe('done')
  give('Blocklist')
  muchLater()
  expect(state()).toBe('held')
})
