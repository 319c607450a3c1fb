import {text} from '../../../i18n/text.ts'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {SideGroup, SideLink} from '../../../ui/SideBar.tsx'
import {usePlaces} from '../../commands/places.ts'
import {setFacetsDrawer} from '../facets-drawer.ts'

const StorageCount = lazyPart(
  [],
  async () => (await import('../../storage/StorageCount.tsx')).StorageCount,
  'ahead',
)

/** What is on the disks and no torrent of the list: the trash, files that no torrent claims, and the room there is. */
export function StorageSection() {
  return (
    <SideGroup title={text('facet.storage')}>
      {usePlaces('storage').map(({to, icon, label}) => (
        <SideLink
          key={to}
          to={to}
          icon={icon}
          label={text(label)}
          end={<StorageCount to={to} />}
          onClick={() => setFacetsDrawer(false)}
        />
      ))}
    </SideGroup>
  )
}
