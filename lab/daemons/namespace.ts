/**
 * A network namespace of the lab's own: nothing but loopback, which has a second address there that Transmission takes
 * for a peer's (`process.ts`). Who wants it starts a whole program inside: tests and daemons then share one loopback
 * that nobody else sees. Named after the process that made it, so that what a crash left behind is found and removed.
 */
import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {NAMESPACE_ADDRESS} from './process.ts'

const prefix = 'commodarr-lab-'
let made = 0

export interface Namespace {
  readonly name: string
  /** What to put before a command so that it runs inside. */
  readonly enter: readonly string[]
  /** Ends what still runs inside, and the namespace. */
  remove(): void
}

/** @returns the namespace, or the sentence that says why there is none */
export function makeNamespace(): Namespace | string {
  if (process.getuid?.() !== 0) return 'A network namespace needs root.'
  if (ip(['-V']) !== '') return 'A network namespace needs the program ip (package iproute2).'
  removeLeftovers()
  const name = `${prefix}${process.pid}-${++made}`
  const refused = ip(['netns', 'add', name])
  if (refused !== '') return `This machine does not permit network namespaces: ${refused}`
  const space: Namespace = {name, enter: ['ip', 'netns', 'exec', name], remove: () => removeNamespace(name)}
  const unfit = [
    ['link', 'set', 'lo', 'up'],
    ['addr', 'add', `${NAMESPACE_ADDRESS}/32`, 'dev', 'lo'],
  ]
    .map((args) => ip(['-n', name, ...args]))
    .find((error) => error !== '')
  if (unfit === undefined) return space
  space.remove()
  return `The network namespace could not be set up: ${unfit}`
}

/** '' = done, else the words of `ip`. */
function ip(args: readonly string[]): string {
  const {status, stderr, error} = spawnSync('ip', args, {encoding: 'utf8'})
  if (status === 0) return ''
  return (error?.message ?? stderr).trim() || `ip ${args.join(' ')} failed`
}

/** Namespaces whose maker is gone. */
function removeLeftovers(): void {
  const list = execFileSync('ip', ['netns', 'list'], {encoding: 'utf8'})
  for (const name of list.split('\n').map((line) => line.split(' ')[0]!)) {
    const maker = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : null
    if (maker !== null && !existsSync(`/proc/${maker}`)) removeNamespace(name)
  }
}

function removeNamespace(name: string): void {
  const inside = spawnSync('ip', ['netns', 'pids', name], {encoding: 'utf8'}).stdout
  for (const pid of inside.split('\n').map(Number).filter(Boolean)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  ip(['netns', 'delete', name])
}
