// The calendar, fetched when somebody opens it for the first time (dates.js).
import "cally";
