/** The thread of `file-looks.ts`: answers each portion of paths as soon as the system told all of it. */
import {lstatSync} from 'node:fs'
import {parentPort} from 'node:worker_threads'
import {fileKinds, FIGURES, kindOf, type LookAnswer, type LookQuestion} from './file-looks.ts'

const port = parentPort!

port.on('message', ({id, paths}: LookQuestion) => {
  const kinds = new Uint8Array(paths.length)
  const figures = new BigInt64Array(paths.length * FIGURES)
  const faults: [number, string][] = []
  for (const [at, path] of paths.entries()) {
    const fault = look(path, at, kinds, figures)
    if (fault !== null) faults.push([at, fault])
  }
  const answer: LookAnswer = {id, kinds, figures, faults}
  port.postMessage(answer, [kinds.buffer, figures.buffer])
})

/** @returns why it could not be seen; `null` = it was */
function look(path: string, at: number, kinds: Uint8Array, figures: BigInt64Array): string | null {
  try {
    const found = lstatSync(path, {bigint: true, throwIfNoEntry: false})
    if (found === undefined) return 'ENOENT'
    const {dev, ino, nlink, size, blocks, mtimeMs} = found
    kinds[at] = fileKinds.indexOf(kindOf(found))
    figures.set([dev, ino, nlink, size, blocks, mtimeMs], at * FIGURES)
    return null
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return code
  }
}
