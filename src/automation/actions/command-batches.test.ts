import {expect, test} from 'vitest'
import {A, by, hash, key} from '#executor/executor-harness.fixture.ts'
import type {DecidedOrder, OrderTerms} from '#executor/order-terms.ts'
import type {TorrentCommand} from '#model/command.ts'
import type {ItemResult} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {CommandBatches} from './command-batches.ts'

const tagged = (...tags: string[]): TorrentCommand => ({verb: 'addTags', args: {tags}})
const numberOf = ({hash: text}: TorrentKey) => Number(`0x${text}`)

/** Keeps what was sent as "verb args numbers"; `failing`: what is sent throws. */
function batches() {
  const sent: string[] = []
  const ids: string[] = []
  const world = {failing: null as Error | null}
  const executor = {
    run: async ({keys, command, terms}: DecidedOrder): Promise<readonly ItemResult[]> => {
      sent.push(`${command.verb} ${JSON.stringify(command.args)} ${keys.map(numberOf).join(' ')}`)
      ids.push(...keys.map((it) => terms(it).id))
      if (world.failing) throw world.failing
      return keys.map((it) => ({key: it, result: {outcome: 'done'}}))
    },
  }
  const all = new CommandBatches(executor)
  const send = (of: TorrentKey, command: TorrentCommand) => {
    const terms = {id: `id ${numberOf(of)}`} as OrderTerms
    return all.run({by, keys: [of], command, terms: () => terms})
  }
  return {all, sent, ids, send, world}
}

const some = (...numbers: number[]) => numbers.map((n) => key(A, n))

test('equal commands of courses that go on together are one, and each has its own terms and its own result', async () => {
  const {all, sent, ids, send} = batches()
  const results: string[] = []
  await all.together(some(1, 2, 3), async (of) => {
    const [result, ...more] = await send(of, tagged('x'))
    results.push(`${numberOf(result!.key)} of ${numberOf(of)}, and ${more.length} more`)
  })
  expect([sent, ids]).toEqual([['addTags {"tags":["x"]} 1 2 3'], ['id 1', 'id 2', 'id 3']])
  expect(results).toEqual(['1 of 1, and 0 more', '2 of 2, and 0 more', '3 of 3, and 0 more'])
})

test('a torrent that ends without a command is not waited for, and what comes last goes out for all', async () => {
  const {all, sent, send} = batches()
  const late = Promise.withResolvers<void>()
  const end = all.together(some(1, 2, 3), async (of) => {
    if (of.hash === hash(2)) return
    if (of.hash === hash(3)) await late.promise
    await send(of, tagged('x'))
  })
  await new Promise(setImmediate)
  expect(sent).toEqual([])
  late.resolve()
  await end
  expect(sent).toEqual(['addTags {"tags":["x"]} 1 3'])
})

test('what differs goes out apart, and a second command of each together again', async () => {
  const {all, sent, send} = batches()
  await all.together(some(1, 2, 3), async (of) => {
    await send(of, tagged(of.hash === hash(2) ? 'y' : 'x'))
    if (of.hash !== hash(3)) await send(of, {verb: 'stop', args: {}})
  })
  expect(sent).toEqual(['addTags {"tags":["x"]} 1 3', 'addTags {"tags":["y"]} 2', 'stop {} 1 2'])
})

test('what goes wrong in one course ends it alone; what goes wrong with the order ends all of it', async () => {
  const {all, sent, send, world} = batches()
  const thrown: unknown[] = []
  const end = all.together(some(1, 2, 3), async (of) => {
    if (of.hash === hash(1)) throw new Error('mine')
    await send(of, tagged('x')).catch((error: unknown) => thrown.push(error))
  })
  await expect(end).rejects.toThrow('mine')
  expect(sent).toEqual(['addTags {"tags":["x"]} 2 3'])
  world.failing = new Error('of the order')
  await all.together(some(1, 2), async (of) => {
    await send(of, tagged('x')).catch((error: unknown) => thrown.push(error))
  })
  expect(thrown).toEqual([world.failing, world.failing])
})

test('what no batch is open for goes out at once, also of a torrent whose course ended', async () => {
  const {all, sent, send} = batches()
  await send(key(A, 1), tagged('x'))
  const open = Promise.withResolvers<void>()
  const end = all.together(some(1, 2), async (of) => {
    if (of.hash === hash(2)) await open.promise
  })
  await new Promise(setImmediate)
  await send(key(A, 1), tagged('y'))
  expect(sent).toEqual(['addTags {"tags":["x"]} 1', 'addTags {"tags":["y"]} 1'])
  open.resolve()
  await end
})
