import {expect, test} from 'vitest'
import {ServerFault} from '#model/errors.ts'
import {asServerId} from '#model/torrent-key.ts'
import {OwnFolders} from './fleet-claims.ts'

const A = asServerId('A')

test('of one that is away they are not known; of one that is switched off they are as they were', async () => {
  let fault: ServerFault | null = null
  const own = new OwnFolders(async () => {
    if (fault) throw fault
    return ['/w']
  })
  const of = (enabled: boolean) => own.of({id: A, enabled})
  expect(await of(false)).toBeNull()
  expect(await of(true)).toEqual(['/w'])
  fault = new ServerFault('server_unreachable', 'refused', 'Nobody listens.')
  expect(await of(true)).toBeNull()
  expect(await of(false)).toEqual(['/w'])
})
