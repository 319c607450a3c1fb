/** Icons that a saved view may have, by the names under which they are kept. */
import {
  BookOpen,
  Clapperboard,
  Clock,
  Download,
  Film,
  Flag,
  Gauge,
  HardDrive,
  Heart,
  List,
  Music,
  Star,
  Tag,
  TriangleAlert,
  Tv,
  Upload,
  type LucideIcon,
} from 'lucide-react'
import type {TextKey} from '../../../i18n/text.ts'

interface ViewIcon {
  readonly name: string
  readonly icon: LucideIcon
  readonly label: TextKey
}

/** In the order in which they are offered. */
export const viewIcons: readonly ViewIcon[] = [
  {name: 'star', icon: Star, label: 'view.icon.star'},
  {name: 'list', icon: List, label: 'view.icon.list'},
  {name: 'flag', icon: Flag, label: 'view.icon.flag'},
  {name: 'heart', icon: Heart, label: 'view.icon.heart'},
  {name: 'triangle-alert', icon: TriangleAlert, label: 'view.icon.warning'},
  {name: 'clock', icon: Clock, label: 'view.icon.clock'},
  {name: 'download', icon: Download, label: 'view.icon.download'},
  {name: 'upload', icon: Upload, label: 'view.icon.upload'},
  {name: 'gauge', icon: Gauge, label: 'view.icon.gauge'},
  {name: 'hard-drive', icon: HardDrive, label: 'view.icon.disk'},
  {name: 'tag', icon: Tag, label: 'view.icon.tag'},
  {name: 'film', icon: Film, label: 'view.icon.film'},
  {name: 'tv', icon: Tv, label: 'view.icon.tv'},
  {name: 'clapperboard', icon: Clapperboard, label: 'view.icon.clapperboard'},
  {name: 'music', icon: Music, label: 'view.icon.music'},
  {name: 'book-open', icon: BookOpen, label: 'view.icon.book'},
]

/** One that we do not know (any more) is a star. */
export function viewIcon(name: string | null): LucideIcon {
  return viewIcons.find((it) => it.name === name)?.icon ?? Star
}
