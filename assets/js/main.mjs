// Readers' one script, deferred. Each part is an enhancement: every page works without it.

import { startCopying } from "./copy-code.mjs";
import { startDiscussion } from "./discussion.mjs";
import { startEmbeds } from "./embed.mjs";
import { startFigureCards } from "./figure-card.mjs";
import { startHeart } from "./hearts.mjs";
import { startPrefetch } from "./prefetch.mjs";
import { startReadBefore } from "./read-before.mjs";
import { startThemeSwitch } from "./theme.mjs";

startThemeSwitch();
startHeart();
startDiscussion();
startReadBefore();
startFigureCards();
startCopying();
startEmbeds();
startPrefetch();
