import {createHook} from 'node:async_hooks'
import type {ChildProcess} from 'node:child_process'
import {subscribe} from 'node:diagnostics_channel'
import {setImmediate as turn, setTimeout as pause} from 'node:timers/promises'

/** What this process has under way by itself, beside timers and requests to files: children, turns of the event loop. */
const works = /^(Immediate|FileHandle|CloseReq|ProcessWrap)/
/**
 * Children that ended, with the turns after which nobody waits for their last words any more: what they said is read in
 * turns after their end, but of some nothing is read, and others left somebody behind who may write for ever.
 */
const ended = new Map<ChildProcess, number>()
const TURNS_OF_LAST_WORDS = 20
subscribe('child_process', (message) => {
  const child = (message as {process: ChildProcess}).process
  child.once('exit', () => ended.set(child, TURNS_OF_LAST_WORDS))
  child.once('close', () => ended.delete(child))
})
/**
 * Requests to files and for names of the network that have not ended. They are counted here, as what Node 26 reads and
 * writes in one go is in no list of resources. Keys that are worked out are not: what is done at once looks alike.
 */
const inThreads = /^FSREQ|REQWRAP$/
const requests = new Set<number>()
/**
 * What is being packed or unpacked in threads of Node, which is in no list of resources either: from each piece that is
 * handed over until its result is.
 */
const packing = new Set<number>()

interface Packer {
  write(...piece: unknown[]): unknown
}

function notePieces(id: number, packer: Packer): void {
  const write = packer.write.bind(packer)
  packer.write = (...piece) => {
    packing.add(id)
    return write(...piece)
  }
}

createHook({
  init(id, type, _, resource) {
    if (inThreads.test(type)) requests.add(id)
    else if (type === 'ZLIB') notePieces(id, resource as Packer)
  },
  // The next piece may be handed over before what follows on this one has ended.
  before: (id) => void packing.delete(id),
  after: (id) => void requests.delete(id),
  destroy(id) {
    requests.delete(id)
    packing.delete(id)
  },
  trackPromises: false,
}).enable()

/** Who waits longer waits for a disk or a child: turning on would take the processor that it needs. */
const MOST_TURNS = 10

/** All who wait wait together: the turn that one of them waits for would be work to another, and so on for ever. */
let waiting: Promise<void> | null = null

/**
 * Resolves when nothing goes on any more but what waits for a timer: a simulation may move its clock then. Sockets do
 * not count, for they stand open while nothing goes on.
 */
export function untilIdle(): Promise<void> {
  waiting ??= untilQuiet()
  return waiting
}

async function untilQuiet(): Promise<void> {
  let turns = 0
  do await (turns++ < MOST_TURNS ? turn() : pause(1))
  while (
    requests.size > 0 ||
    packing.size > 0 ||
    hasLastWords() ||
    process.getActiveResourcesInfo().some((it) => works.test(it))
  )
  waiting = null
}

/** Asked once in each turn. */
function hasLastWords(): boolean {
  for (const [child, turns] of ended) {
    if (turns === 0) ended.delete(child)
    else ended.set(child, turns - 1)
  }
  return ended.size > 0
}
