/** Arguments in the server's spelling; what it would misread is refused here. */
import {BadArgument} from '#model/errors.ts'

/** Tag names hold no comma: it separates them. */
export function joinedTags(tags: readonly string[]): string {
  const bad = tags.find((tag) => tag.includes(',') || tag.trim() === '')
  if (bad !== undefined) {
    throw new BadArgument('A tag is empty or has a comma in it, which qBittorrent does not take.', {tag: bad})
  }
  return tags.join(',')
}

/** Announce URLs: one a line, a blank line between tiers. */
export function tierLines(tiers: readonly (readonly string[])[]): string {
  return tiers.map((tier) => tier.map(oneLine).join('\n')).join('\n\n')
}

/** URLs in one parameter: percent-encoded from 5.1 on, raw before, where `|` in a URL cannot be said. */
export function joinedUrls(urls: readonly string[], areEncoded: boolean): string {
  if (areEncoded) return urls.map(encodeURIComponent).join('|')
  if (urls.some((url) => url.includes('|'))) {
    throw new BadArgument('A URL with "|" in it cannot be named to this version of qBittorrent.')
  }
  return urls.join('|')
}

function oneLine(url: string): string {
  if (/[\r\n]/.test(url)) throw new BadArgument('A URL has a line break in it.')
  return url
}
