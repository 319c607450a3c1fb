import {afterEach, beforeEach, expect, test} from 'vitest'
import {removeDownload} from './arrs/removal.ts'
import {demoArr, type DemoArr} from './demo-arr.fixture.ts'
import {askAgain} from './demo-questions.ts'

const MINUTE = 60_000
const title = 'Quiet.Roads.2020.1080p.WEB-DL.x264-HARBOR'

let demo: DemoArr
let stop: () => void

beforeEach(async () => {
  demo = demoArr([{title: 'Quiet Roads', year: 2020}])
  const {arr, offer, every, sim} = demo
  const plan = 'titleMismatch'
  const {hash} = arr.releases.define({itemId: 1, title, import: plan})
  arr.commands.post('RssSync', {}, 'manual')
  const question = {arr, itemId: 1, title, hash: hash.toLowerCase(), plan, category: 'films'} as const
  stop = askAgain([question], offer, {every, now: () => sim.time.now()})
  await demo.pass(5 * MINUTE)
})
afterEach(() => demo.sim.close())

const asked = () => {
  const [one, ...others] = demo.arr.queue.values()
  expect(others).toEqual([])
  return one?.state === 'importBlocked' ? one : null
}

const answers = {
  'keep seeding': () =>
    removeDownload(demo.arr, asked()!, {
      removeFromClient: false,
      blocklist: false,
      skipRedownload: true,
      changeCategory: false,
    }),
  blocklist: () =>
    removeDownload(demo.arr, asked()!, {
      removeFromClient: true,
      blocklist: true,
      skipRedownload: false,
      changeCategory: false,
    }),
  'import anyway': async () => {
    const file = {downloadId: asked()!.downloadId, movieId: 1, quality: {quality: {id: 3}}}
    demo.arr.commands.post('ManualImport', {files: [file], importMode: 'copy'}, 'manual')
  },
} as const

test('who does not answer is not asked twice', async () => {
  const first = asked()
  await demo.pass(60 * MINUTE)
  expect(asked()).toBe(first)
  expect(demo.offered).toEqual([])
})

for (const [name, answer] of Object.entries(answers)) {
  test(`"${name}" is asked again after ten minutes, and after the next answer once more`, async () => {
    const titles = [asked()!.name]
    for (let at = 0; at < 14; at++) {
      await answer()
      await demo.pass(5 * MINUTE)
      expect(asked()).toBeNull()
      await demo.pass(6 * MINUTE)
      titles.push(asked()!.name)
    }
    expect(new Set(titles).size).toBe(15)
    expect(titles.every((it) => it.startsWith('Quiet.Roads.2020.1080p.WEB-DL.x264-'))).toBe(true)
    stop()
    await answer()
    await demo.pass(60 * MINUTE)
    expect(asked()).toBeNull()
  })
}
