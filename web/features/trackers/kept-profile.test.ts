import {afterEach, beforeAll, expect, test, vi} from 'vitest'
import type {TrackerProfile} from '../../api/tracker-names.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {dismiss, toasts} from '../../lib/toast.ts'
import {dropProfile} from './kept-profile.ts'

beforeAll(speakEnglish)
afterEach(() => {
  vi.unstubAllGlobals()
  for (const {id} of toasts.current()) dismiss(id)
})

const profile = {id: '7', revision: 3, name: 'Tidemark', hosts: ['tide.example']} as unknown as TrackerProfile

test('a removed profile is added back although that ends obligations, which are said', async () => {
  const added: unknown[] = []
  vi.stubGlobal('fetch', async (path: string, {method}: {readonly method: string}) => {
    const query = new URL(path, 'http://localhost').searchParams
    const effect = {stops_owing: method === 'POST' ? 2 : 0}
    if (method === 'POST' && !query.has('preview')) added.push(query.get('frees'))
    return Response.json({profile, effect})
  })
  await dropProfile(profile, 0)
  toasts.current()[0]!.undo!.run()
  await expect.poll(() => added).toEqual(['2'])
})
