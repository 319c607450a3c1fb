/** Links of the documentation lead somewhere, and each page is found from its index. */
import {globSync, readFileSync} from 'node:fs'
import {dirname, join, normalize} from 'node:path'
import {expect, test} from 'vitest'
import {root} from './steps.ts'

const pages = globSync(['*.md', 'docs/**/*.md', '{src,web,test,lab,bench,tools}/**/*.md'], {cwd: root})
const known = new Set(globSync(['*.md', '{docs,src,web,test,lab,bench,tools}/**'], {cwd: root}))
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')

/** As forges make them of headings: letters, digits, `_` and `-` stay, blanks become `-`. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** Each link of a page to a file here: its page and anchor, '' = the top. */
function linksOf(page: string): readonly {readonly to: string; readonly anchor: string}[] {
  const prose = textOf(page)
    .replaceAll(/^```[^]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`(?!\])/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path, anchor = ''] = target.split('#') as [string, string?]
      const to = path === '' ? page : normalize(join(dirname(page), path)).replace(/\/$/, '')
      return {to, anchor}
    })
}

test('every link leads to a page that is there, and to a heading of it', () => {
  expect(pages.length).toBeGreaterThan(100)
  const wrong = pages.flatMap((page) =>
    linksOf(page)
      .filter(({to, anchor}) => {
        if (!known.has(to)) return true
        if (anchor === '') return false
        const headings = [...textOf(to).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!))
        return !headings.includes(anchor)
      })
      .map(({to, anchor}) => `${page}: ${to}#${anchor}`),
  )
  expect(wrong).toEqual([])
})

test.each([
  [
    'docs/index.md',
    'docs/*.md',
    'docs/{start,use,reference,develop,pictures}/*.md',
    'docs/use/safety/index.md',
  ],
  ['docs/use/safety/index.md', 'docs/use/safety/*.md'],
  ['docs/decisions/index.md', 'docs/decisions/*.md'],
])('%s names every page that it is the index of', (index, ...patterns) => {
  const named = new Set([index, ...linksOf(index).map(({to}) => to)])
  expect(globSync(patterns, {cwd: root}).filter((page) => !named.has(page))).toEqual([])
})
