/** Loaded before the program, tells at its end what was loaded, and how many threads were begun (`LoadsOf`). */
import {registerHooks} from 'node:module'
import {basename} from 'node:path'
import {isMainThread} from 'node:worker_threads'

export interface Loads {
  /** Of Node itself, as it names them: `NativeModule tls`. */
  readonly ofNode: readonly string[]
  /** Of what was built, by their names without what follows `-`. */
  readonly built: readonly string[]
  readonly threads: number
}

const mark = 'was loaded: '

if (isMainThread) {
  const built = new Set<string>()
  let threads = 0
  registerHooks({
    load(url, context, next) {
      if (url.includes('/dist/')) built.add(nameIn(url))
      return next(url, context)
    },
  })
  process.on('worker', () => threads++)
  process.on('exit', () => {
    const {moduleLoadList} = process as unknown as {readonly moduleLoadList: readonly string[]}
    const loads: Loads = {ofNode: moduleLoadList, built: [...built], threads}
    process.stderr.write(`${mark}${JSON.stringify(loads)}\n`)
  })
}

/** @param path of a file that was built @returns its name, without the part that changes with each build */
export function nameIn(path: string): string {
  return basename(path, '.js').replace(/-[\w-]{8}$/, '')
}

/** @param err what a program that was started with this module, and has ended, said on stderr */
export function loadsIn(err: string): Loads {
  const line = err.split('\n').find((it) => it.startsWith(mark))
  if (line === undefined) throw new Error(`it did not tell what it loaded: ${err}`)
  return JSON.parse(line.slice(mark.length)) as Loads
}
