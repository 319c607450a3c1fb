/** Which files a pattern finds: `*.mkv`, `s01*`, or plain words, all of them somewhere in the path. Pure. */
import {atOnce, type Sliced} from '../../../lib/slices.ts'
import {NODES_AT_ONCE, type FileTree} from './file-tree.ts'

/** A 1 for each node that matches or holds a match. `null` = nothing was typed: no filter. */
export function* matchesIn({nodes}: FileTree, typed: string): Sliced<Uint8Array | null> {
  const finds = patternOf(typed)
  if (finds === null) return null
  const matches = new Uint8Array(nodes.length)
  for (let at = nodes.length - 1; at >= 0; at--) {
    const {path, name, file, parent} = nodes[at]!
    if (file !== -1 && finds(path, name)) matches[at] = 1
    if (matches[at] === 1 && parent !== -1) matches[parent] = 1
    if (at % NODES_AT_ONCE === 0) yield
  }
  return matches
}

/** Of a list that is not long. */
export function matchesOf(tree: FileTree, typed: string): Uint8Array | null {
  return atOnce(matchesIn(tree, typed))
}

/** A pattern with a slash is about the path, one without about the name. */
function patternOf(typed: string): ((path: string, name: string) => boolean) | null {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return null
  if (/[*?]/.test(wanted)) {
    const isOfPath = wanted.includes('/')
    return (path, name) => isLike((isOfPath ? path : name).toLowerCase(), wanted)
  }
  const words = wanted.split(/\s+/)
  return (path) => {
    const lower = path.toLowerCase()
    return words.every((word) => lower.includes(word))
  }
}

/** `*` any characters, `?` one; linear, as patterns are typed over 100,000 names. */
export function isLike(text: string, pattern: string): boolean {
  let at = 0
  let next = 0
  let star = -1
  let resume = 0
  while (at < text.length) {
    if (pattern[next] === '*') {
      star = next++
      resume = at
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === text[at])) {
      at++
      next++
    } else if (star !== -1) {
      next = star + 1
      at = ++resume
    } else return false
  }
  while (pattern[next] === '*') next++
  return next === pattern.length
}
