// Readers' one script, deferred. Each part is an enhancement: every page works without it.

import { startCopying } from "./copy-code.mjs";
import { startDiscussion } from "./discussion.mjs";
import { startHeart } from "./hearts.mjs";
import { startPrefetch } from "./prefetch.mjs";
import { startReadBefore } from "./read-before.mjs";
import { startSourceCards } from "./source-card.mjs";
import { startThemeSwitch } from "./theme.mjs";

startThemeSwitch();
startHeart();
startDiscussion();
startReadBefore();
startSourceCards();
startCopying();
startPrefetch();
