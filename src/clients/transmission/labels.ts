/**
 * Where a torrent's category stands on a server that has none: in its labels or in its path, as the server's
 * `categorySource` says. All other labels are its tags.
 *
 *   label        ["movies", "hd"]        category movies, tags hd
 *                ["no-category", "hd"]   no category, tags hd: without the placeholder hd would be the category
 *   labelPrefix  ["hd", "cat:movies"]    category movies, tags hd
 *   path         /downloads/movies/…     category movies (below the default directory), every label a tag
 */
import {trimEnd} from '#lib/trim-end.ts'
import {BadArgument} from '#model/errors.ts'
import type {CategorySource} from '#model/server.ts'
import {NO_CATEGORY, refusePlaceholder} from '../no-category.ts'

export interface Placement {
  readonly category: string
  readonly tags: readonly string[]
}

/** @param dir where the torrent lies @param root the server's default directory */
export function placementOf(
  source: CategorySource,
  labels: readonly string[],
  dir: string,
  root: string,
): Placement {
  if (source.from === 'path') return {category: firstPart(dir, root), tags: labels}
  if (source.from === 'label') {
    const [first = '', ...tags] = labels
    return {category: first === NO_CATEGORY ? '' : first, tags}
  }
  const at = labels.findIndex((label) => label.startsWith(source.prefix))
  if (at < 0) return {category: '', tags: labels}
  return {category: labels[at]!.slice(source.prefix.length), tags: labels.filter((_, i) => i !== at)}
}

/** The labels that say it; the reverse of `placementOf` but for `path`, where a category is not a label. */
export function labelsOf(source: CategorySource, {category, tags}: Placement): string[] {
  if (source.from === 'path') return [...tags]
  if (source.from === 'labelPrefix') return category === '' ? [...tags] : [source.prefix + category, ...tags]
  if (category === '') return tags.length === 0 ? [] : [NO_CATEGORY, ...tags]
  return [category, ...tags.filter((tag) => tag !== category)]
}

/** Where torrents of a category lie when categories are folders. */
export function pathOfCategory(root: string, category: string): string {
  const base = trimEnd(root, '/')
  return category === '' ? root : `${base}/${category}`
}

/** @throws {BadArgument} Transmission refuses empty labels and labels with a comma (4.0 and newer); a path adds more. */
export function checkLabel(source: CategorySource, label: string, what: 'category' | 'tag'): void {
  const isPath = what === 'category' && source.from === 'path'
  if (label.trim() === '' || label.trim() !== label || label.includes(',')) {
    throw new BadArgument(
      `A ${what} of Transmission is a label: not empty, without a comma and without spaces around it.`,
      {found: label},
    )
  }
  if (isPath && (label.includes('/') || label === '.' || label === '..')) {
    throw new BadArgument('A category of this server is the name of one folder.', {found: label})
  }
  if (what === 'category') refusePlaceholder(source, label)
}

function firstPart(dir: string, root: string): string {
  const base = trimEnd(root, '/')
  if (base === '' || !dir.startsWith(`${base}/`)) return ''
  return dir.slice(base.length + 1).split('/', 1)[0]!
}
