/** The commands of an installation or a build, none of which outlives the start that began it. */
import {spawn} from 'node:child_process'
import {constants} from 'node:os'

const running = new Set()
let cleanUp = () => {}

/** @returns the exit code; 1 = it could not be started, or was killed */
export function run(command, args, options) {
  const child = spawn(command, args, options)
  running.add(child)
  return new Promise((resolve) => {
    const ended = (code) => {
      running.delete(child)
      resolve(code ?? 1)
    }
    child.once('error', () => ended(1))
    child.once('exit', ended)
  })
}

/** @param clean is called when a signal ends this process before the work is done @returns how to say that it is done */
export function cleanWhenEnded(clean) {
  cleanUp = clean
  for (const signal of endings) process.on(signal, endNow)
  return () => {
    for (const signal of endings) process.off(signal, endNow)
    cleanUp = () => {}
  }
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Without a listener PID 1 would not end at all, and others would leave their commands behind. */
function endNow(signal) {
  for (const child of running) child.kill(signal)
  cleanUp()
  process.exit(128 + constants.signals[signal])
}
