/** Whoever installs or builds is alone, and may write where it does so. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {cleanWhenEnded} from './children.mjs'

/** What a start cannot do, in a sentence for a person. */
export class StartFault extends Error {}

const BEAT_MS = 5_000
/** The lock of a start that was killed: nobody has touched it for so long. */
const LEFT_MS = 60_000

/**
 * @param root of the project
 * @param place in it where something is written, too
 * @param what is to be done: "has to be built"
 * @param work is given the folder of the lock, which is gone afterwards with all that is in it
 * @throws {StartFault} when `root` may not be written
 */
export async function alone(root, place, what, work) {
  for (const it of ['.', place]) requireWritable(join(root, it), what)
  const folder = join(root, '.install-lock')
  await take(folder, root, what)
  const release = () => rmSync(folder, {recursive: true, force: true})
  const beat = setInterval(() => utimesSync(folder, new Date(), new Date()), BEAT_MS)
  const done = cleanWhenEnded(release)
  try {
    return await work(folder)
  } finally {
    clearInterval(beat)
    done()
    release()
  }
}

/** `npm start` and `npm test` may run at the same time: one installs and builds, the other waits. */
async function take(folder, root, what) {
  for (let looks = 0; ; looks++) {
    try {
      mkdirSync(folder)
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw unwritable(root, what, error)
    }
    const seen = statSync(folder, {throwIfNoEntry: false})
    if (seen !== undefined && Date.now() - seen.mtimeMs > LEFT_MS) takeAway(folder, seen, root, what)
    else {
      if (looks === 0)
        console.error(`Another start installs or builds (it holds ${folder}): waiting for it …`)
      await new Promise((done) => setTimeout(done, 500))
    }
  }
}

/** Of all who see a lock that was left one takes it away: a fresh one is never taken in its place. */
function takeAway(folder, seen, root, what) {
  const aside = `${folder}.${process.pid}`
  try {
    renameSync(folder, aside)
    if (statSync(aside).ino === seen.ino) rmSync(aside, {recursive: true, force: true})
    else renameSync(aside, folder)
  } catch (error) {
    if (error.code !== 'ENOENT') throw unwritable(root, what, error)
  }
}

function requireWritable(path, what) {
  if (!existsSync(path)) return
  try {
    accessSync(path, constants.W_OK)
  } catch (error) {
    throw unwritable(path, what, error)
  }
}

/** Somebody else's, or read-only. */
export function isUnwritable(error) {
  return ['EACCES', 'EPERM', 'EROFS'].includes(error.code)
}

function unwritable(path, what, error) {
  if (!isUnwritable(error)) return error
  const owner = nameOf(statSync(path).uid)
  const why =
    error.code === 'EROFS'
      ? `${path} is read-only`
      : `${ownName()} cannot write to ${path}, which belongs to ${owner}`
  const who = error.code === 'EROFS' ? 'where it can be written' : `as ${owner}`
  return new StartFault(
    `Commodarr ${what}, but ${why}. Run "npm start -- --version" once ${who}, then start again.`,
  )
}

function ownName() {
  try {
    return userInfo().username
  } catch {
    // Of containers with a user that no file knows.
    return nameOf(process.getuid())
  }
}

function nameOf(uid) {
  const line = existsSync('/etc/passwd')
    ? readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .find((it) => it.split(':')[2] === String(uid))
    : undefined
  return line?.split(':')[0] ?? `user ${uid}`
}
