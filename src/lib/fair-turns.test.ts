import {expect, test} from 'vitest'
import {FairTurns} from './fair-turns.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Tasks that run until they are ended, in the order in which they began. */
class Tasks {
  readonly begun: string[] = []
  readonly #ends: (() => void)[] = []
  readonly #turns: FairTurns

  constructor(bounds: Partial<ConstructorParameters<typeof FairTurns>[0]> = {}) {
    this.#turns = new FairTurns({atOnce: 1, ofOne: 1, mostWaiting: 10, ...bounds})
  }

  ask(who: string): Promise<void> {
    return this.#turns.run(who, () => {
      this.begun.push(who)
      return new Promise((resolve) => this.#ends.push(resolve))
    })
  }

  /** Each ends as soon as it began. */
  async untilAllEnded(): Promise<void> {
    for (let end = this.#ends.shift(); end; end = this.#ends.shift()) {
      end()
      await turn()
    }
  }
}

test('who comes late waits for one task of each other person, however many those have', async () => {
  const tasks = new Tasks()
  const asked = ['ada', 'ada', 'ada', 'ada', 'bob', 'eve', 'bob']
  const all = asked.map((who) => tasks.ask(who))
  await turn()
  await tasks.untilAllEnded()
  await Promise.all(all)
  expect(tasks.begun).toEqual(['ada', 'ada', 'bob', 'eve', 'ada', 'bob', 'ada'])
})

test('of one person only so many run, though there is room for more', async () => {
  const tasks = new Tasks({atOnce: 3})
  const all = ['ada', 'ada', 'bob', 'eve', 'joe'].map((who) => tasks.ask(who))
  await turn()
  expect(tasks.begun).toEqual(['ada', 'bob', 'eve'])
  await tasks.untilAllEnded()
  await Promise.all(all)
  expect(tasks.begun.slice(3).toSorted()).toEqual(['ada', 'joe'])
})

test('one more than may wait is refused, and takes nothing from the others', async () => {
  const tasks = new Tasks({mostWaiting: 2})
  const all = ['ada', 'ada', 'ada'].map((who) => tasks.ask(who))
  await expect(tasks.ask('ada')).rejects.toMatchObject({code: 'too_expensive'})
  all.push(tasks.ask('bob'))
  await turn()
  await tasks.untilAllEnded()
  await Promise.all(all)
  expect(tasks.begun).toEqual(['ada', 'ada', 'bob', 'ada'])
})

test('the program itself, which bounds its own work, is refused nothing', async () => {
  const tasks = new Tasks({mostWaiting: 1, unbounded: 'us'})
  const all = ['us', 'us', 'us', 'us', 'ada'].map((who) => tasks.ask(who))
  await turn()
  await tasks.untilAllEnded()
  await Promise.all(all)
  expect(tasks.begun).toEqual(['us', 'us', 'ada', 'us', 'us'])
})

test('a task that fails makes room as one that ends', async () => {
  const turns = new FairTurns({atOnce: 1, ofOne: 1, mostWaiting: 1})
  const failing = turns.run('ada', () => Promise.reject(new Error('no')))
  const next = turns.run('bob', () => Promise.resolve('yes'))
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
