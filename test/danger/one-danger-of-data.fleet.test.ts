/** Where one thing alone speaks against it, that is enough: a disk, a path, another torrent, another server. */
import {isOfProof, liveThrough} from './living.fixture.ts'
import {oneDanger} from './rows.ts'

liveThrough(oneDanger.filter((row) => !isOfProof(row)))
