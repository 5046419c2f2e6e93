import { questions } from './api';

const pause = 50;

/** Once no answer is on its way and the pictures in sight have come: what can wait is fetched then, for on a slow line it would hold them up. */
export async function whenCalm() {
    do await new Promise(resolve => setTimeout(resolve, pause));
    while (questions() > 0 || [...document.images].some(picture => !picture.complete && isInSight(picture)));
}

function isInSight(picture: HTMLImageElement) {
    const { top, bottom } = picture.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
}
