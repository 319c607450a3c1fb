import {text} from '../../../i18n/text.ts'
import {SideGroup, SideLink} from '../../../ui/SideBar.tsx'
import {usePlaces} from '../../commands/places.ts'
import {setFacetsDrawer} from '../filters/facets-drawer.ts'

/** What is on the disks and no torrent of the list: the trash, and files that no torrent claims. */
export function StorageSection() {
  return (
    <SideGroup title={text('facet.storage')}>
      {usePlaces('storage').map(({to, icon, label}) => (
        <SideLink key={to} to={to} icon={icon} label={text(label)} onClick={() => setFacetsDrawer(false)} />
      ))}
    </SideGroup>
  )
}
